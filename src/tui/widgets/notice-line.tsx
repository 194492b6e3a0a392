import { Box, Text } from "ink";
import { cell, oneLine } from "../printable.ts";
import type { Notice } from "../run-view.ts";
import { emphasis } from "../theme.ts";

/** What is said, over the line above the keys: in the same place on every screen, and the keys stay in view. */
export function NoticeLine({ notice, columns, row }: { notice: Notice; columns: number; row: number }) {
  // The corners of a panel that ends in this line are left.
  const text = ` ${oneLine(notice.text)} `;
  const width = Math.min(columns - 4, Bun.stringWidth(text));
  return (
    <Box position="absolute" left={2} top={row} width={width} height={1} overflow="hidden">
      <Text wrap="truncate" {...(notice.bad ? emphasis.bad() : emphasis.warning())}>
        {cell(text, width)}
      </Text>
    </Box>
  );
}
