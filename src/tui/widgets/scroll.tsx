import { Box, Text } from "ink";
import { type ReactElement, useState } from "react";
import { type KeyPriority, useKeys } from "../key-router.tsx";
import { actionOf } from "../keys/table.ts";
import { emphasis } from "../theme.ts";

/** Lines of which as many are shown as fit; the keys of a detail scroll, or those of a list. */
export function Scroll(props: {
  lines: readonly ReactElement[];
  height: number;
  priority?: KeyPriority;
  context?: "detail" | "list";
}) {
  const { lines, height, priority = 1, context = "detail" } = props;
  const [offset, setOffset] = useState(0);
  const room = Math.max(1, lines.length > height ? height - 1 : height);
  const furthest = Math.max(0, lines.length - room);
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
