import { Box, Text } from "ink";
import type { Order } from "../../runs/index.ts";
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
}) {
  const { kind, columns, rows, selected, width } = props;
  return (
    <Box flexDirection="column">
      {rows.map((record) => (
        <Text key={record.id} wrap="truncate" inverse={record.id === selected}>
          {record.id === selected ? "▸" : " "}
          {columns.map((column) => {
            const { text, style = {} } = column.cell(record);
            return <Text key={column.name} {...style}>{`${padded(text, column)} `}</Text>;
          })}
          {/* No more than can be seen: a program or a response may be long. */}
          {oneLine(kind.text.of(record).slice(0, width * 2))}
        </Text>
      ))}
    </Box>
  );
}
