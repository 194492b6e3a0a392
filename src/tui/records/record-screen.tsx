import { Box, Text } from "ink";
import { useEffect, useMemo, useState } from "react";
import { TASK_TYPES, type TaskType } from "../../interfaces/role.ts";
import type { CompiledFilter, FilterField, Order } from "../../runs/index.ts";
import { Beneath, gotoOf, useKeys } from "../key-router.tsx";
import type { KeyContext } from "../keys/contexts.ts";
import { actionOf, type KeyId } from "../keys/table.ts";
import { printable } from "../printable.ts";
import { useKept, useQuery, useSource } from "../run-context.tsx";
import type { ScreenProps } from "../screens/screen.ts";
import { emphasis } from "../theme.ts";
import { useCopy } from "../use-copy.ts";
import { useSay } from "../use-say.ts";
import { Panel } from "../widgets/panel.tsx";
import { useVirtualList } from "../widgets/virtual-list.ts";
import { ColumnChoice } from "./column-choice.tsx";
import { fittingColumns } from "./columns.ts";
import { FILTER_LINES, FilterLine } from "./filter-line.tsx";
import type { Link, RecordKind } from "./kind.ts";
import { RecordDetail } from "./record-detail.tsx";
import { ListHeader, ListRows } from "./record-list.tsx";
import { useTrail } from "./trail.ts";
import { useFilter } from "./use-filter.ts";
import { stepStamp, useSearch } from "./use-search.ts";

/** What a screen adds to the list of its kind. */
export interface RecordScreenProps<R extends { id: number }> extends ScreenProps {
  kind: RecordKind<R>;
  /** Contexts beside those of every list and of every record. */
  added?: { list: readonly KeyContext[]; detail: readonly KeyContext[] };
  /** Takes an action of these contexts; `place` is where the user is. */
  onAction?: (action: KeyId, place: Place) => void;
}

/** Where the user is in a list. */
export interface Place {
  ids: readonly number[];
  /** The selected row's number, or that of the record that is shown whole. */
  at: number;
  /** Selects a row, and shows it whole where one is. */
  select(index: number): void;
  /** Says something until the next key. */
  say(text: string): void;
  filter: string;
  setFilter(text: string): void;
}

/** Rows are fetched by so many, so that scrolling by lines seldom asks the database. */
const CHUNK = 64;

/** A list that fetches only the rows around the visible ones, and one record whole. */
export function RecordScreen<R extends { id: number }>(props: RecordScreenProps<R>) {
  const { kind, width, height, onContexts, onGo, added, onAction } = props;
  const { title, listing } = kind;
  const { database } = useSource();
  const [order, setOrder] = useKept<Order>(`${title}/order`, kind.order);
  const [type, setType] = useKept<TaskType | null>(`${title}/type`, null);
  const [chosen, setChosen] = useKept<Record<string, boolean>>(`${title}/columns`, {});
  const [open, setOpen] = useKept<number | null>(`${title}/open`, null);
  const [choosing, setChoosing] = useState(false);
  const { say, hush } = useSay();
  const copy = useCopy();
  const filter = useFilter(title, listing.language, (field: FilterField) => kind.valuesOf(database, field));
  const trail = useTrail((screen) => (screen === title ? undefined : onGo(screen)));
  const found = useSearch(listing, ofType(filter.compiled, type), order, stepStamp);
  const rows = Math.max(1, height - 3 - (filter.typing ? FILTER_LINES - 1 : 0));
  const list = useVirtualList(title, found.ids, rows);
  const first = Math.floor(list.top / CHUNK) * CHUNK;
  const wanted = found.ids.slice(first, first + CHUNK + rows);
  const chunk = useQuery((database) => listing.rows(database, wanted), [listing, wanted.join()]);
  const shown = found.ids.slice(list.top, list.top + rows).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shown` stands for the ids.
  const page = useMemo(() => {
    const ids = new Set(found.ids.slice(list.top, list.top + rows));
    return chunk.filter(({ id }) => ids.has(id));
  }, [chunk, shown]);
  const record = useQuery(
    (database) => (open === null ? null : (listing.rows(database, [open])[0] ?? null)),
    [listing, open],
  );
  const selected = found.ids[list.selected];
  const mode = record ? "detail" : filter.typing ? "filter" : choosing ? "columns" : "list";
  const more = mode === "list" || mode === "detail" ? (added?.[mode] ?? []) : [];
  const contexts: readonly KeyContext[] = [...more, ...MODES[mode]];
  const named = contexts.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `named` stands for `contexts`, which are made anew each time.
  useEffect(() => {
    onContexts(contexts);
    return () => onContexts([]);
  }, [named, onContexts]);

  const at = record ? found.ids.indexOf(record.id) : list.selected;
  const select = (index: number) => {
    const id = found.ids[index];
    if (id === undefined) return;
    list.select(index);
    if (record) setOpen(id);
  };
  const place: Place = { ids: found.ids, at, select, say, filter: filter.text, setFilter: filter.set };
  const orders = Object.keys(listing.orders);
  const present = (): Link => ({ screen: title as Link["screen"], id: record?.id ?? 0 });
  const back = () => {
    const from = trail.back(present());
    setOpen(from?.screen === title ? from.id : null);
  };
  /** A row by its id, else by its number in the list. */
  const goTo = (number: number) => {
    const index = found.ids.includes(number) ? found.ids.indexOf(number) : number - 1;
    if (found.ids[index] === undefined) return say(`no row ${number}`);
    select(index);
  };
  useKeys(1, (key) => {
    if (mode === "filter") return filter.take(key);
    hush();
    const number = gotoOf(key);
    if (number !== null && mode !== "columns") {
      goTo(number);
      return true;
    }
    const action = actionOf(key, contexts);
    if (action === undefined) return false;
    const actions: Partial<Record<KeyId, () => void>> =
      mode === "detail"
        ? {
            back,
            copy: () => record && say(copy(kind.text.of(record))),
            "next-row": () => select(at + 1),
            "previous-row": () => select(at - 1),
            "filter-list": () => {
              setOpen(null);
              filter.begin();
            },
          }
        : {
            open: () => setOpen(selected ?? null),
            "copy-row": () => {
              const row = chunk.find(({ id }) => id === selected);
              if (row) say(copy(kind.text.of(row)));
            },
            filter: filter.begin,
            clear: () => (filter.text ? filter.clear() : setType(null)),
            order: () => {
              const by = orders[(orders.indexOf(order.by) + 1) % orders.length] ?? order.by;
              const column = kind.columns.find(({ name }) => name === by);
              setOrder({ by, descending: column?.right ?? true });
            },
            direction: () => setOrder({ ...order, descending: !order.descending }),
            columns: () => setChoosing(true),
            kind: () => setType(nextType(type)),
          };
    const act = actions[action];
    if (act) act();
    else if (mode === "list" && list.move(action)) return true;
    else if (onAction && actionOf(key, more) === action) onAction(action, place);
    else return false;
    return true;
  });

  const position = at < 0 ? "" : `${at + 1} of ${found.ids.length}`;
  if (record) {
    const follow = (to: Link) => {
      trail.follow(present(), to);
      if (to.screen === title) setOpen(to.id);
    };
    const note = position;
    return <RecordDetail key={record.id} {...{ kind, record, note, width, height, follow }} />;
  }
  const columns = fittingColumns(kind.columns, chosen, width - 5);
  const boxes = kind.columns.map((column) => ({
    name: column.name,
    title: column.title,
    shown: chosen[column.name] ?? !column.optional,
    fits: columns.includes(column),
  }));
  const toggle = (name: string) => {
    const box = boxes.find((one) => one.name === name);
    if (box) setChosen({ ...chosen, [name]: !box.shown });
  };
  const narrowed = [type, filter.text && printable(filter.text)].filter(Boolean).join(" ");
  const searched = found.share < 1 ? `, ${Math.floor(found.share * 100)}% searched` : "";
  return (
    <Box width={width} height={height}>
      <Beneath covered={choosing}>
        <Panel
          title={`${title}: ${found.ids.length}${searched}${narrowed ? ` with ${narrowed}` : ""}`}
          note={[position, `by ${order.by}`].filter(Boolean).join(", ")}
          width={width}
          height={height}
        >
          {filter.typing ? (
            <FilterLine filter={filter} width={width - 4} />
          ) : (
            <ListHeader {...{ kind, columns, order }} />
          )}
          {found.ids.length === 0 && (
            <Text {...emphasis.faint()}>
              {found.share < 1 ? "Searching." : narrowed ? "Nothing matches the filter." : kind.empty}
            </Text>
          )}
          <ListRows
            {...{ kind, columns, selected, width }}
            rows={page}
            onClick={(id) => (id === selected ? setOpen(id) : list.select(found.ids.indexOf(id)))}
          />
        </Panel>
      </Beneath>
      {choosing && (
        <ColumnChoice {...{ columns: boxes, width, height, toggle }} close={() => setChoosing(false)} />
      )}
    </Box>
  );
}

const MODES = {
  list: ["records", "filtered", "rows", "list"],
  detail: ["links", "detail"],
  filter: ["filter", "text"],
  columns: ["columns", "list"],
} as const satisfies Record<string, readonly KeyContext[]>;

function ofType(filter: CompiledFilter, type: TaskType | null): CompiledFilter {
  if (type === null) return filter;
  const { sql, bindings } = filter.quick;
  return { ...filter, quick: { sql: `${sql} AND type = ?`, bindings: [...bindings, type] } };
}

/** All types, then each in turn. */
function nextType(type: TaskType | null): TaskType | null {
  return TASK_TYPES[type === null ? 0 : TASK_TYPES.indexOf(type) + 1] ?? null;
}
