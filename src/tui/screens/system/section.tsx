import { Box, Text } from "ink";
import type { ReactElement } from "react";
import { emphasis } from "../../theme.ts";

/** A part of the System screen: a heading and lines of at most a width. */
export interface Section {
  title: string;
  lines: readonly ReactElement[];
}

const GAP = 2;

/** Sections in columns, each column's filled before the next is begun; one element a row, for a scrolled list. */
export function columnsOf(sections: readonly Section[], columns: number, width: number): ReactElement[] {
  const height = ({ lines }: Section) => lines.length + 2;
  const filled = sections.filter(({ lines }) => lines.length > 0);
  const share = filled.reduce((sum, section) => sum + height(section), 0) / columns;
  const stacks: ReactElement[][] = Array.from({ length: columns }, () => []);
  let column = 0;
  for (const section of filled) {
    const stack = stacks[column] as ReactElement[];
    // Where more than half of it would hang over, the next column is the place.
    if (stack.length > 0 && stack.length + height(section) / 2 > share && column < columns - 1) column++;
    (stacks[column] as ReactElement[]).push(...withHeading(section));
  }
  const inner = columnWidth(columns, width);
  const rows = Math.max(0, ...stacks.map(({ length }) => length));
  return Array.from({ length: rows }, (_, row) => (
    <Box key={row} height={1}>
      {stacks.map((stack, index) => (
        <Box key={index} width={inner + (index < columns - 1 ? GAP : 0)} height={1} overflowY="hidden">
          {stack[row]}
        </Box>
      ))}
    </Box>
  ));
}

/** Width of each of some columns. */
export const columnWidth = (columns: number, width: number): number =>
  Math.floor((width - GAP * (columns - 1)) / columns);

function withHeading({ title, lines }: Section): ReactElement[] {
  return [
    <Text key={title} {...emphasis.title()}>
      {title}
    </Text>,
    ...lines,
    <Text key={`${title} end`}> </Text>,
  ];
}
