import { Box, type DOMElement, Text } from "ink";
import { useRef } from "react";
import { usePress } from "../key-router.tsx";
import { useClick } from "../mouse.ts";
import { printable } from "../printable.ts";
import { emphasis } from "../theme.ts";
import { Over, type OverPlace } from "./over.tsx";
import { Panel } from "./panel.tsx";

/**
 * A question with its answers, over the screen that it is about (`Beneath` takes that one's keys): a line `  y  leave` says a key and what it answers, and a
 * click on it is that key.
 */
export function Dialog(props: {
  title: string;
  lines: readonly string[];
  place?: OverPlace | undefined;
  width: number;
  height: number;
}) {
  const { title, place, width, height } = props;
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
    <Over {...{ width, height, columns, place }} rows={lines.length + 2}>
      <Panel title={title} width={columns} height={lines.length + 2}>
        <Box flexDirection="column" ref={element}>
          {lines.map((line) => (
            <Text key={line} wrap="truncate" {...(line.startsWith("  ") ? emphasis.title() : {})}>
              {line}
            </Text>
          ))}
        </Box>
      </Panel>
    </Over>
  );
}
