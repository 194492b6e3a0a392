import { Box, Text } from "ink";
import type { ReactElement } from "react";
import { emphasis } from "../theme.ts";

const RULE = " │ ";

/** Columns of each of two texts that stand beside each other in `width` columns. */
export const besideWidth = (width: number): number => Math.floor((width - RULE.length) / 2);

/** Two texts beside each other, line by line, as one text of lines. */
export function beside(
  left: readonly ReactElement[],
  right: readonly ReactElement[],
  width: number,
): ReactElement[] {
  const column = besideWidth(width);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, line) => (
    <Box key={`beside ${line}`} width={width} height={1} overflow="hidden">
      <Box width={width - RULE.length - column} flexShrink={0}>
        {left[line]}
      </Box>
      <Text {...emphasis.faint()}>{RULE}</Text>
      <Box width={column} flexShrink={0}>
        {right[line]}
      </Box>
    </Box>
  ));
}
