import { Box, Text } from "ink";
import { emphasis } from "../theme.ts";
import { Panel } from "./panel.tsx";

/** A question with its answers, in the middle of the screen. */
export function Dialog(props: { title: string; lines: readonly string[]; width: number; height: number }) {
  const { title, lines, width, height } = props;
  const columns = Math.min(width, Math.max(40, ...lines.map((line) => line.length + 4)));
  return (
    <Box width={width} height={height} alignItems="center" justifyContent="center">
      <Panel title={title} width={columns} height={lines.length + 2}>
        {lines.map((line) => (
          <Text key={line} wrap="truncate" {...(line.startsWith("  ") ? emphasis.title() : {})}>
            {line}
          </Text>
        ))}
      </Panel>
    </Box>
  );
}
