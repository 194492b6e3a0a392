import { Box, Text } from "ink";
import { type ReactElement, useState } from "react";
import { type KeyPriority, useKeys } from "../key-router.tsx";
import { actionOf } from "../keys.ts";
import { emphasis } from "../theme.ts";

/** Lines of which as many are shown as fit; the detail keys scroll. */
export function Scroll(props: { lines: readonly ReactElement[]; height: number; priority?: KeyPriority }) {
  const { lines, height, priority = 1 } = props;
  const [offset, setOffset] = useState(0);
  const room = Math.max(1, lines.length > height ? height - 1 : height);
  const furthest = Math.max(0, lines.length - room);
  const top = Math.min(offset, furthest);
  useKeys(priority, (key) => {
    const targets: Record<string, number> = {
      "scroll-up": top - 1,
      "scroll-down": top + 1,
      "scroll-page-up": top - room,
      "scroll-page-down": top + room,
      "scroll-first": 0,
      "scroll-last": furthest,
    };
    const target = targets[actionOf(key, ["detail"]) ?? ""];
    if (target === undefined) return false;
    setOffset(Math.max(0, Math.min(furthest, target)));
    return true;
  });
  return (
    <Box flexDirection="column" height={height} overflow="hidden">
      {lines.slice(top, top + room)}
      {lines.length > height && (
        <Text
          {...emphasis.faint()}
        >{`lines ${top + 1}-${Math.min(lines.length, top + room)} of ${lines.length}`}</Text>
      )}
    </Box>
  );
}
