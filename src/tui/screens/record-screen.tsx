import { Box, Text } from "ink";
import { type ReactElement, useEffect, useState } from "react";
import { TASK_TYPES, type TaskType } from "../../interfaces/role.ts";
import type { RunDatabase } from "../../runs/index.ts";
import { useKeys } from "../key-router.tsx";
import { actionOf } from "../keys.ts";
import { useQuery } from "../run-context.tsx";
import { emphasis } from "../theme.ts";
import { Panel } from "../widgets/panel.tsx";
import { Scroll } from "../widgets/scroll.tsx";
import { useVirtualList } from "../widgets/virtual-list.ts";
import type { ScreenProps } from "./screen.ts";

/** What the list is narrowed to. */
export interface ListFilter {
  type?: TaskType;
  text?: string;
}

/** How one kind of record is listed and shown: the Tasks and Rollouts screens are two of these. */
export interface RecordKind<R extends { id: number }> {
  title: string;
  /** Shown when there is none yet. */
  empty: string;
  orders: readonly string[];
  count(database: RunDatabase, filter: ListFilter): number;
  page(
    database: RunDatabase,
    filter: ListFilter,
    order: string,
    page: { limit: number; offset: number },
  ): R[];
  header(width: number): string;
  row(record: R, width: number): ReactElement;
  /** One record whole, by lines. */
  lines(record: R, database: RunDatabase, width: number): ReactElement[];
}

/** A list that fetches only the visible rows, and one record whole. */
export function RecordScreen<R extends { id: number }>({
  kind,
  width,
  height,
  onContext,
}: ScreenProps & { kind: RecordKind<R> }) {
  const [filter, setFilter] = useState<ListFilter>({});
  const [typing, setTyping] = useState<string | null>(null);
  const [order, setOrder] = useState(0);
  const [open, setOpen] = useState(false);
  const rows = Math.max(1, height - 4);
  const total = useQuery((database) => kind.count(database, filter), [filter]);
  const list = useVirtualList(total, rows);
  const orderName = kind.orders[order % kind.orders.length] ?? "";
  const page = useQuery(
    (database) => kind.page(database, filter, orderName, { limit: rows, offset: list.top }),
    [filter, orderName, list.top, rows],
  );
  const record = page[list.selected - list.top];
  const context = typing !== null ? "filter" : open && record ? "detail" : "list";
  useEffect(() => {
    onContext(context);
    return () => onContext(null);
  }, [context, onContext]);

  useKeys(1, (key) => {
    const action = actionOf(key, [context]);
    if (context === "filter") {
      // Every key is text here; the filter narrows the list while it is typed.
      if (action === "apply") setTyping(null);
      else if (action === "cancel") {
        setTyping(null);
        setFilter(({ type }) => (type ? { type } : {}));
      } else {
        const text = edited(typing ?? "", key);
        setTyping(text);
        setFilter((current) => ({ ...current, text }));
      }
      return true;
    }
    if (context === "detail") {
      if (action === "back") setOpen(false);
      else if (action === "next-row") list.select(list.selected + 1);
      else if (action === "previous-row") list.select(list.selected - 1);
      else return false;
      return true;
    }
    if (list.move(action)) return true;
    if (action === "open") setOpen(record !== undefined);
    else if (action === "filter") setTyping(filter.text ?? "");
    else if (action === "order") setOrder(order + 1);
    else if (action === "kind") setFilter((current) => ({ ...current, ...nextType(current.type) }));
    else return false;
    return true;
  });

  if (context === "detail" && record)
    return <Detail key={record.id} kind={kind} record={record} width={width} height={height} />;
  const narrowed = [filter.type, filter.text && typing === null ? `"${filter.text}"` : ""]
    .filter(Boolean)
    .join(" ");
  return (
    <Panel
      title={`${kind.title}: ${total}${narrowed ? ` with ${narrowed}` : ""}`}
      note={`order: ${orderName}`}
      width={width}
      height={height}
    >
      <Text wrap="truncate" {...emphasis.faint()}>
        {typing === null ? kind.header(width - 4) : `filter: ${typing}▏  (return applies, escape drops it)`}
      </Text>
      {total === 0 && (
        <Text {...emphasis.faint()}>{narrowed ? "Nothing matches the filter." : kind.empty}</Text>
      )}
      <Box flexDirection="column">
        {page.map((one, index) => (
          <Text key={one.id} wrap="truncate" inverse={index === list.selected - list.top}>
            {kind.row(one, width - 4)}
          </Text>
        ))}
      </Box>
    </Panel>
  );
}

function Detail<R extends { id: number }>(props: {
  kind: RecordKind<R>;
  record: R;
  width: number;
  height: number;
}) {
  const { kind, record, width, height } = props;
  const lines = useQuery((database) => kind.lines(record, database, width - 4), [record]);
  return (
    <Panel title={`${kind.title.replace(/s$/, "")} ${record.id}`} width={width} height={height}>
      <Scroll lines={lines} height={height - 2} />
    </Panel>
  );
}

function edited(text: string, key: string): string {
  if (key === "backspace") return text.slice(0, -1);
  if (key === "space") return `${text} `;
  return [...key].length === 1 ? text + key : text;
}

function nextType(type: TaskType | undefined): { type?: TaskType } {
  const next = TASK_TYPES[type === undefined ? 0 : TASK_TYPES.indexOf(type) + 1];
  return next === undefined ? { type: undefined as never } : { type: next };
}
