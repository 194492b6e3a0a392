import { Box, Text } from "ink";
import { type ReactElement, useState } from "react";
import { useKeys } from "../key-router.tsx";
import { actionOf } from "../keys.ts";
import { emphasis } from "../theme.ts";

/** Lines of which as many are shown as fit; the detail keys scroll. */
export function Scroll({ lines, height }: { lines: readonly ReactElement[]; height: number }) {
  const [offset, setOffset] = useState(0);
  const room = lines.length > height ? height - 1 : height;
  const furthest = Math.max(0, lines.length - room);
  const top = Math.min(offset, furthest);
  useKeys(1, (key) => {
    const steps: Record<string, number> = {
      "scroll-up": -1,
      "scroll-down": 1,
      "scroll-page-up": -room,
      "scroll-page-down": room,
    };
    const step = steps[actionOf(key, ["detail"]) ?? ""];
    if (step === undefined) return false;
    setOffset(Math.max(0, Math.min(furthest, top + step)));
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
