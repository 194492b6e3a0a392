import { Box, type DOMElement, Text } from "ink";
import { useRef } from "react";
import { usePress } from "../key-router.tsx";
import { useClick } from "../mouse.ts";
import { printable } from "../printable.ts";
import { emphasis } from "../theme.ts";
import { Panel } from "./panel.tsx";

/**
 * A question with its answers, in the middle of the screen: a line `  y  leave` says a key and what it answers, and a
 * click on it is that key.
 */
export function Dialog(props: { title: string; lines: readonly string[]; width: number; height: number }) {
  const { title, width, height } = props;
  // Names stand in them.
  const lines = props.lines.map((line) => printable(line).replaceAll("\n", " "));
  const columns = Math.min(width, Math.max(40, ...lines.map((line) => Bun.stringWidth(line) + 4)));
  const press = usePress();
  const element = useRef<DOMElement>(null);
  useClick(element, (_, row) => {
    const key = /^ {2}(\S) {2}/.exec(lines[row] ?? "")?.[1];
    if (key) press(key);
  });
  return (
    <Box width={width} height={height} alignItems="center" justifyContent="center">
      <Panel title={title} width={columns} height={lines.length + 2}>
        <Box flexDirection="column" ref={element}>
          {lines.map((line) => (
            <Text key={line} wrap="truncate" {...(line.startsWith("  ") ? emphasis.title() : {})}>
              {line}
            </Text>
          ))}
        </Box>
      </Panel>
    </Box>
  );
}
