import { Box, Text } from "ink";
import type { ReactNode } from "react";

/** Where a box stands: in the middle, in the lower right corner, or at the row that it is about, which stays in view. */
export type OverPlace = "middle" | "corner" | { row: number };

/** A box of `columns` x `rows` over what is drawn in the same `width` x `height`. */
export function Over(props: {
  width: number;
  height: number;
  columns: number;
  rows: number;
  place?: OverPlace | undefined;
  children: ReactNode;
}) {
  const { width, height, columns, rows, place = "middle", children } = props;
  const left = place === "corner" ? Math.max(0, width - columns - 2) : Math.floor((width - columns) / 2);
  const blanks = Array.from({ length: rows }, () => " ".repeat(columns)).join("\n");
  return (
    <Box
      position="absolute"
      left={left}
      top={topOf(place, height, rows)}
      width={columns}
      height={rows}
      overflow="hidden"
    >
      <Box position="absolute">
        <Text wrap="truncate">{blanks}</Text>
      </Box>
      {children}
    </Box>
  );
}

function topOf(place: OverPlace, height: number, rows: number): number {
  if (place === "corner") return Math.max(0, height - rows - 1);
  if (place === "middle") return Math.max(0, Math.floor((height - rows) / 2));
  const below = place.row + 1;
  return below + rows <= height ? below : Math.max(0, place.row - rows);
}
