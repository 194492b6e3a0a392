import { Box, type DOMElement, Text } from "ink";
import { type ReactElement, useRef } from "react";
import { useClick, useWheel } from "../mouse.ts";
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
  /** The row's content, in `width` columns; of several lines only where all rows have room. */
  row: (index: number, width: number) => ReactElement | readonly ReactElement[];
  /** Called with the row that was clicked on. */
  onClick?: (index: number) => void;
  /** Called when the wheel is turned over the rows, which its keys then move. */
  onWheel?: () => void;
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
    onClick,
    onWheel,
    empty,
    below = [],
    focused,
    typing = false,
    width,
    height,
  } = props;
  const rows = listRows(height, heading !== undefined);
  const count = Math.max(0, Math.min(rows, total - list.top));
  const entries = Array.from({ length: count }, (_, offset) => [row(list.top + offset, width - 5)].flat());
  const blank = rows - entries.flat().length - below.length;
  const element = useRef<DOMElement>(null);
  useClick(element, (_, line) => {
    let end = 0;
    const clicked = entries.findIndex((lines) => {
      end += lines.length;
      return line < end;
    });
    if (clicked >= 0) onClick?.(list.top + clicked);
  });
  const panel = useRef<DOMElement>(null);
  useWheel(panel, () => onWheel?.());
  return (
    <Box ref={panel} flexShrink={0}>
      <Panel title={title} {...(note ? { note } : {})} width={width} height={height}>
        {heading !== undefined && (
          <Text wrap="truncate" {...emphasis.faint()}>
            {` ${heading}`}
          </Text>
        )}
        {total === 0 && empty}
        <Box flexDirection="column" flexShrink={0} ref={element}>
          {entries.map((lines, offset) => {
            const index = list.top + offset;
            const chosen = focused && index === list.selected;
            return lines.map((line, part) => (
              <Text key={`${index}.${part}`} wrap="truncate" inverse={chosen && !typing && part === 0}>
                {chosen && part === 0 ? "▸" : " "}
                {line}
              </Text>
            ));
          })}
        </Box>
        {blank > 0 && below.length > 0 && <Text>{"\n".repeat(blank - 1)}</Text>}
        {blank >= 0 &&
          below.map((line) => (
            <Text key={line} wrap="truncate" {...emphasis.faint()}>
              {line}
            </Text>
          ))}
      </Panel>
    </Box>
  );
}

/** Rows that a panel of such a height shows. */
export function listRows(height: number, heading: boolean): number {
  return Math.max(1, height - 2 - (heading ? 1 : 0));
}
