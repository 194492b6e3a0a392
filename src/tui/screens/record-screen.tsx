import { Box, Text } from "ink";
import { type ReactElement, useEffect, useState } from "react";
import { TASK_TYPES, type TaskType } from "../../interfaces/role.ts";
import type { RunDatabase } from "../../runs/index.ts";
import { PASTED, useKeys } from "../key-router.tsx";
import { actionOf, type KeyContext } from "../keys.ts";
import { printable } from "../printable.ts";
import { useKept, useQuery } from "../run-context.tsx";
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
  /** Plural; also the name that the list's state is kept under. */
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
  /** One record whole, by lines of at most `width` columns. */
  lines(record: R, database: RunDatabase, width: number): ReactElement[];
}

const CONTEXTS = {
  list: ["records", "list"],
  orderedList: ["ordered", "records", "list"],
  detail: ["detail"],
  filter: ["filter"],
} as const satisfies Record<string, readonly KeyContext[]>;

/** Rows are fetched by so many, so that scrolling by lines seldom asks the database. */
const CHUNK = 128;

/** A list that fetches only the rows around the visible ones, and one record whole. */
export function RecordScreen<R extends { id: number }>(props: ScreenProps & { kind: RecordKind<R> }) {
  const { kind, width, height, onContexts } = props;
  const [filter, setFilter] = useKept<ListFilter>(`${kind.title}/filter`, {});
  const [order, setOrder] = useKept(`${kind.title}/order`, 0);
  const [open, setOpen] = useKept(`${kind.title}/open`, false);
  const [typing, setTyping] = useState<string | null>(null);
  const rows = Math.max(1, height - 3);
  const total = useQuery((database) => kind.count(database, filter), [filter]);
  const list = useVirtualList(kind.title, total, rows);
  const orderName = kind.orders[order % kind.orders.length] ?? "";
  const first = Math.floor(list.top / CHUNK) * CHUNK;
  const chunk = useQuery(
    (database) => kind.page(database, filter, orderName, { limit: CHUNK + rows, offset: first }),
    [filter, orderName, first, rows],
  );
  const page = chunk.slice(list.top - first, list.top - first + rows);
  const record = page[list.selected - list.top];
  const listMode = kind.orders.length > 1 ? "orderedList" : "list";
  const mode = typing !== null ? "filter" : open && record ? "detail" : listMode;
  useEffect(() => {
    onContexts(CONTEXTS[mode]);
    return () => onContexts([]);
  }, [mode, onContexts]);

  useKeys(1, (key) => {
    const action = actionOf(key, CONTEXTS[mode]);
    if (mode === "filter") {
      // Every key but Ctrl-C is text here; the list is narrowed while it is typed.
      if (key === "ctrl+c") return false;
      if (action === "apply") setTyping(null);
      else if (action === "cancel") {
        setTyping(null);
        setFilter(withText(filter, ""));
      } else {
        const text = edited(typing ?? "", key);
        setTyping(text);
        setFilter(withText(filter, text));
      }
      return true;
    }
    if (mode === "detail") {
      if (action === "back") setOpen(false);
      else if (action === "next-row") list.select(list.selected + 1);
      else if (action === "previous-row") list.select(list.selected - 1);
      else return false;
      return true;
    }
    if (list.move(action)) return true;
    if (action === "open") setOpen(record !== undefined);
    else if (action === "filter") setTyping(filter.text ?? "");
    else if (action === "clear" && filter.text) setFilter(withText(filter, ""));
    else if (action === "order") setOrder(order + 1);
    else if (action === "kind") setFilter(withNextType(filter));
    else return false;
    return true;
  });

  if (mode === "detail" && record)
    return <Detail key={record.id} kind={kind} record={record} width={width} height={height} />;
  const narrowed = [filter.type, filter.text && `"${printable(filter.text)}"`].filter(Boolean).join(" ");
  return (
    <Panel
      title={`${kind.title}: ${total}${narrowed ? ` with ${narrowed}` : ""}`}
      note={kind.orders.length > 1 ? `order: ${orderName}` : ""}
      width={width}
      height={height}
    >
      {typing === null ? (
        <Text wrap="truncate" {...emphasis.faint()}>
          {` ${kind.header(width - 5)}`}
        </Text>
      ) : (
        <Text wrap="truncate" {...emphasis.warning()}>
          {`filter: ${printable(typing)}▏`}
        </Text>
      )}
      {total === 0 && (
        <Text {...emphasis.faint()}>{narrowed ? "Nothing matches the filter." : kind.empty}</Text>
      )}
      <Box flexDirection="column">
        {page.map((one, index) => {
          const selected = index === list.selected - list.top;
          return (
            <Text key={one.id} wrap="truncate" inverse={selected}>
              {selected ? "▸" : " "}
              {kind.row(one, width - 5)}
            </Text>
          );
        })}
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
  const lines = useQuery((database) => kind.lines(record, database, width - 4), [record, width]);
  return (
    <Panel title={`${kind.title.replace(/s$/, "")} ${record.id}`} width={width} height={height}>
      <Scroll lines={lines} height={height - 2} />
    </Panel>
  );
}

function edited(text: string, key: string): string {
  if (key.startsWith(PASTED)) return text + key.slice(PASTED.length).replace(/\s+/g, " ");
  if (key === "backspace") return [...text].slice(0, -1).join("");
  if (key === "space") return `${text} `;
  return [...key].length === 1 ? text + key : text;
}

function withText({ type }: ListFilter, text: string): ListFilter {
  return { ...(type ? { type } : {}), ...(text ? { text } : {}) };
}

/** All types, then each in turn. */
function withNextType({ type, text }: ListFilter): ListFilter {
  const next = TASK_TYPES[type === undefined ? 0 : TASK_TYPES.indexOf(type) + 1];
  return { ...(next ? { type: next } : {}), ...(text ? { text } : {}) };
}
