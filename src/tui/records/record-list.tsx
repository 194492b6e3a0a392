import { Box, type DOMElement, Text } from "ink";
import { memo, useMemo, useRef } from "react";
import type { Order } from "../../runs/index.ts";
import { useClick } from "../mouse.ts";
import { oneLine } from "../printable.ts";
import { emphasis } from "../theme.ts";
import { padded } from "./columns.ts";
import type { Column, RecordKind } from "./kind.ts";

/** Names of the columns; the one that the list goes by has an arrow. */
export function ListHeader<R extends { id: number }>(props: {
  kind: RecordKind<R>;
  columns: readonly Column<R>[];
  order: Order;
}) {
  const { kind, columns, order } = props;
  const arrow = order.descending ? "▾" : "▴";
  const titles = columns.map((column) => {
    const { title, width, right = false, name } = column;
    if (name !== order.by) return padded(title, column);
    const cut = title.slice(0, width - 1);
    return padded(right ? arrow + cut : cut + arrow, column);
  });
  return (
    <Text wrap="truncate" {...emphasis.faint()}>
      {` ${[...titles, kind.text.title].join(" ")}`}
    </Text>
  );
}

/** The visible rows. */
export function ListRows<R extends { id: number }>(props: {
  kind: RecordKind<R>;
  columns: readonly Column<R>[];
  rows: readonly R[];
  /** Id of the selected row. */
  selected: number | undefined;
  width: number;
  onClick: (id: number) => void;
}) {
  const { kind, columns, rows, selected, width, onClick } = props;
  const named = columns.map(({ name }) => name).join();
  const element = useRef<DOMElement>(null);
  useClick(element, (_, row) => {
    const record = rows[row];
    if (record) onClick(record.id);
  });
  // A row is made once: moving the selection makes two anew, not all of them.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `named` stands for the columns.
  const lines = useMemo(
    () => rows.map((record) => ({ id: record.id, pieces: piecesOf(kind, columns, record, width) })),
    [kind, rows, named, width],
  );
  return (
    <Box flexDirection="column" ref={element}>
      {lines.map(({ id, pieces }) => (
        <Row key={id} pieces={pieces} selected={id === selected} />
      ))}
    </Box>
  );
}

/** Text in one style. */
interface Piece {
  text: string;
  style: object | null;
}

const Row = memo(function Row({ pieces, selected }: { pieces: readonly Piece[]; selected: boolean }) {
  return (
    <Text wrap="truncate" inverse={selected}>
      {selected ? "▸" : " "}
      {pieces.map(({ text, style }, index) =>
        style === null ? (
          text
        ) : (
          <Text key={index} {...style}>
            {text}
          </Text>
        ),
      )}
    </Text>
  );
});

/** The cells of a row and its text; what has no style is one piece. */
function piecesOf<R extends { id: number }>(
  kind: RecordKind<R>,
  columns: readonly Column<R>[],
  record: R,
  width: number,
): Piece[] {
  const pieces: Piece[] = [];
  const add = (text: string, style: object | null) => {
    const last = pieces.at(-1);
    if (last && last.style === null && style === null) last.text += text;
    else pieces.push({ text, style });
  };
  for (const column of columns) {
    const { text, style = null } = column.cell(record);
    add(`${padded(text, column)} `, style);
  }
  // No more than can be seen: a program or a response may be long.
  add(oneLine(kind.text.of(record).slice(0, width * 2)), null);
  return pieces;
}
