import { Box, Text } from "ink";
import { type ReactElement, useState } from "react";
import { type KeyPriority, useKeys } from "../key-router.tsx";
import { actionOf } from "../keys/table.ts";
import { emphasis } from "../theme.ts";
import { Panel } from "./panel.tsx";

/** Lines of which as many are shown as fit; the keys of a detail scroll, or those of a list. */
export function Scroll(props: {
  lines: readonly ReactElement[];
  height: number;
  priority?: KeyPriority;
  context?: "detail" | "list";
}) {
  const { lines, height, priority = 1, context = "detail" } = props;
  const offset = useOffset([lines.length], height, priority, context);
  return <Lines {...{ lines, height, offset }} />;
}

/** Panels of lines beside each other that scroll together; each stays at its end. */
export function ScrollPanels(props: {
  panels: readonly { title: string; lines: readonly ReactElement[]; width: number }[];
  height: number;
}) {
  const { panels, height } = props;
  const offset = useOffset(
    panels.map(({ lines }) => lines.length),
    height - 2,
    1,
    "detail",
  );
  return (
    <Box>
      {panels.map(({ title, lines, width }, index) => (
        <Panel key={index} {...{ title, width, height }}>
          <Lines {...{ lines, offset }} height={height - 2} />
        </Panel>
      ))}
    </Box>
  );
}

/** Lines of a height that fit `count` of them: one less where it says which are shown. */
const roomOf = (count: number, height: number): number => Math.max(1, count > height ? height - 1 : height);
const furthestOf = (count: number, height: number): number => Math.max(0, count - roomOf(count, height));

/** The first line that is shown of the longest of several lists of lines. */
function useOffset(
  counts: readonly number[],
  height: number,
  priority: KeyPriority,
  context: "detail" | "list",
): number {
  const [offset, setOffset] = useState(0);
  const furthest = Math.max(...counts.map((count) => furthestOf(count, height)));
  const room = roomOf(Math.max(...counts), height);
  const top = Math.min(offset, furthest);
  useKeys(priority, (key) => {
    const targets: Record<string, number> = {
      up: top - 1,
      down: top + 1,
      "page-up": top - room,
      "page-down": top + room,
      first: 0,
      last: furthest,
    };
    const target = targets[actionOf(key, [context])?.replace("scroll-", "") ?? ""];
    if (target === undefined) return false;
    setOffset(Math.max(0, Math.min(furthest, target)));
    return true;
  });
  return top;
}

function Lines(props: { lines: readonly ReactElement[]; height: number; offset: number }) {
  const { lines, height, offset } = props;
  const room = roomOf(lines.length, height);
  const top = Math.min(offset, furthestOf(lines.length, height));
  return (
    <Box flexDirection="column" height={height} overflowY="hidden">
      {lines.slice(top, top + room)}
      {lines.length > height && (
        <Text
          {...emphasis.faint()}
        >{`lines ${top + 1}-${Math.min(lines.length, top + room)} of ${lines.length}`}</Text>
      )}
    </Box>
  );
}
