import { Text } from "ink";
import type { ReactElement } from "react";
import { emphasis } from "../theme.ts";
import { Panel } from "./panel.tsx";
import type { VirtualList } from "./virtual-list.ts";

/** A list of `total` rows in a panel, of which those in its window are made. */
export function ListPanel(props: {
  title: string;
  note?: string;
  heading?: string;
  list: VirtualList;
  total: number;
  /** The row's content, in `width` columns. */
  row: (index: number, width: number) => ReactElement;
  /** Shown while there is no row. */
  empty: ReactElement;
  /** Lines at the bottom, as far as the rows leave room. */
  below?: readonly string[];
  /** Whether the keys are the list's: the chosen row then stands out. */
  focused: boolean;
  /** Whether text is typed in the chosen row, which then keeps its look: the cursor stands out. */
  typing?: boolean;
  width: number;
  height: number;
}) {
  const {
    title,
    note,
    heading,
    list,
    total,
    row,
    empty,
    below = [],
    focused,
    typing = false,
    width,
    height,
  } = props;
  const rows = listRows(height, heading !== undefined);
  const count = Math.max(0, Math.min(rows, total - list.top));
  const blank = rows - count - below.length;
  return (
    <Panel title={title} {...(note ? { note } : {})} width={width} height={height}>
      {heading !== undefined && (
        <Text wrap="truncate" {...emphasis.faint()}>
          {` ${heading}`}
        </Text>
      )}
      {total === 0 && empty}
      {Array.from({ length: count }, (_, offset) => {
        const index = list.top + offset;
        const chosen = focused && index === list.selected;
        return (
          <Text key={index} wrap="truncate" inverse={chosen && !typing}>
            {chosen ? "▸" : " "}
            {row(index, width - 5)}
          </Text>
        );
      })}
      {blank > 0 && below.length > 0 && <Text>{"\n".repeat(blank - 1)}</Text>}
      {blank >= 0 &&
        below.map((line) => (
          <Text key={line} wrap="truncate" {...emphasis.faint()}>
            {line}
          </Text>
        ))}
    </Panel>
  );
}

/** Rows that a panel of such a height shows. */
export function listRows(height: number, heading: boolean): number {
  return Math.max(1, height - 2 - (heading ? 1 : 0));
}
