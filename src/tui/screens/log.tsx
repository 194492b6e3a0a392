import { Box, type DOMElement, Text } from "ink";
import { type ReactElement, useEffect, useRef } from "react";
import {
  type CompiledFilter,
  EVENT_LEVELS,
  EVENT_LISTING,
  type EventRecord,
  type RunDatabase,
} from "../../runs/index.ts";
import { useKeys } from "../key-router.tsx";
import type { KeyContext } from "../keys/contexts.ts";
import { actionOf, type KeyId } from "../keys/table.ts";
import { useClick } from "../mouse.ts";
import { oneLine, printable, wrapped } from "../printable.ts";
import { FILTER_LINES, FilterLine } from "../records/filter-line.tsx";
import { useKeep } from "../records/trail.ts";
import { useFilter } from "../records/use-filter.ts";
import { useSearch } from "../records/use-search.ts";
import { valuesOf } from "../records/values.ts";
import { useKept, useQuery, useSource } from "../run-context.tsx";
import { emphasis } from "../theme.ts";
import { useCopy } from "../use-copy.ts";
import { useSay } from "../use-say.ts";
import { Panel } from "../widgets/panel.tsx";
import { useVirtualList } from "../widgets/virtual-list.ts";
import type { ScreenProps } from "./screen.ts";

const LIST: readonly KeyContext[] = ["log", "filtered", "rows", "list"];
const FILTER: readonly KeyContext[] = ["filter", "text"];
/** Width under which the message has what seconds, words and the source would take. */
const NARROW = 72;
const ORDER = { by: "id", descending: false };

/** The run's log, the newest line at the bottom, where it follows what comes until the user goes up. */
export function Log({ width, height, onContexts, onGo }: ScreenProps) {
  const { database } = useSource();
  const copy = useCopy();
  const { say, hush } = useSay();
  const showStep = useStep(onGo);
  const [least, setLeast] = useKept("Log/level", 0);
  const [wrap, setWrap] = useKept("Log/wrap", false);
  const filter = useFilter("Log", EVENT_LISTING.language, (field) => valuesOf(database, field));
  const { ids, share } = useSearch(EVENT_LISTING, fromLevel(filter.compiled, least), ORDER, eventStamp);
  const rows = Math.max(1, height - 2 - (filter.typing ? FILTER_LINES : 0));
  const list = useVirtualList("Log", ids, rows, "last");
  const { selected } = list;
  // Broken lines are fewer rows: which ones are seen depends on the selected one.
  const first = wrap ? Math.max(0, selected - rows) : list.top;
  const wanted = ids.slice(first, first + rows * (wrap ? 2 : 1));
  const events = useQuery((database) => EVENT_LISTING.rows(database, wanted), [wanted.join()]);
  const current = events.find(({ id }) => id === ids[selected]);
  const contexts = filter.typing ? FILTER : LIST;
  useEffect(() => {
    onContexts(contexts);
    return () => onContexts([]);
  }, [contexts, onContexts]);
  useKeys(1, (key) => {
    if (filter.typing) return filter.take(key);
    hush();
    const action = actionOf(key, LIST);
    const actions: Partial<Record<KeyId, () => void>> = {
      filter: filter.begin,
      clear: () => (filter.text ? filter.clear() : setLeast(0)),
      level: () => setLeast((least + 1) % EVENT_LEVELS.length),
      "log-step": () => current && showStep(current.step),
      "log-wrap": () => setWrap(!wrap),
      "copy-row": () => current && say(copy(wholeLine(current))),
    };
    const act = action && actions[action];
    if (!act) return list.move(action);
    act();
    return true;
  });
  const narrowed = [least > 0 && `${EVENT_LEVELS[least]} and above`, printable(filter.text)].filter(Boolean);
  const followed = selected >= ids.length - 1 ? "follows" : `line ${selected + 1}, G follows`;
  const entries = events.map(
    (event): LogEntry => ({
      event,
      lines: eventLines(event, { width: width - 4, wrap, selected: event === current }),
    }),
  );
  const shown = wrap ? around(entries, current ? events.indexOf(current) : 0, rows) : entries;
  const element = useRef<DOMElement>(null);
  useClick(element, (_, row) => {
    const clicked = shown.flatMap(({ event, lines }) => lines.map(() => event))[row];
    if (clicked && clicked === current) showStep(clicked.step);
    else if (clicked) list.select(ids.indexOf(clicked.id));
  });
  return (
    <Panel
      title={`Log: ${ids.length}${narrowed.length > 0 ? ` with ${narrowed.join(", ")}` : ""}`}
      note={share < 1 ? `${Math.floor(share * 100)}% searched` : followed}
      width={width}
      height={height}
    >
      <FilterLine filter={filter} width={width - 4} />
      {ids.length === 0 && (
        <Text {...emphasis.faint()}>
          {narrowed.length > 0 ? "Nothing matches the filter." : "Nothing has happened yet."}
        </Text>
      )}
      <Box flexDirection="column" flexShrink={0} ref={element}>
        {shown.flatMap(({ lines }) => lines)}
      </Box>
    </Panel>
  );
}

/** Shows the rollouts of a step. */
function useStep(onGo: ScreenProps["onGo"]): (step: number) => void {
  const keep = useKeep();
  return (step) => {
    keep("Rollouts/filter", `step:${step}`);
    keep("Rollouts/type", null);
    keep("Rollouts/open", null);
    keep("Rollouts/grouped", false);
    keep("Rollouts/position", { selected: 0, top: 0, id: null });
    onGo("Rollouts");
  };
}

interface LogEntry {
  event: EventRecord;
  lines: readonly ReactElement[];
}

/** Whole entries around the one at `at`, which comes last unless there is room below it: `rows` lines at most. */
function around(entries: readonly LogEntry[], at: number, rows: number): LogEntry[] {
  let room = rows;
  const shown: LogEntry[] = [];
  const take = ({ event, lines }: LogEntry, from: "start" | "end"): LogEntry => {
    const cut = from === "start" ? lines.slice(0, room) : lines.slice(Math.max(0, lines.length - room));
    room -= cut.length;
    return { event, lines: cut };
  };
  const selected = entries[at];
  if (selected) shown.push(take(selected, "start"));
  for (let before = at - 1; before >= 0 && room > 0; before--)
    shown.unshift(take(entries[before] as LogEntry, "end"));
  for (const entry of entries.slice(at + 1)) if (room > 0) shown.push(take(entry, "start"));
  return shown;
}

/** One event as it is copied. */
const wholeLine = ({ at, step, level, source, message }: EventRecord): string =>
  `${new Date(at).toISOString()} step ${step} ${level} ${source}: ${message}`;

function eventLines(
  { id, at, step, level, source, message }: EventRecord,
  { width, wrap, selected }: { width: number; wrap: boolean; selected: boolean },
): ReactElement[] {
  const clock = new Date(at).toTimeString();
  const narrow = width < NARROW;
  const head = narrow
    ? `${clock.slice(0, 5)} ${String(step).padStart(4)}`
    : `${clock.slice(0, 8)} step ${String(step).padEnd(4)}`;
  const text = narrow ? message : `${source}: ${message}`;
  const indent = head.length + 11;
  const lines = wrap && width > indent + 10 ? wrapped(text, width - indent, true) : [oneLine(text)];
  return lines.map((line, index) => (
    <Text key={`${id}.${index}`} wrap="truncate" inverse={selected}>
      {index === 0 ? (
        <>
          {selected ? "▸" : " "}
          <Text {...emphasis.faint()}>{head}</Text>
          <Text {...levelEmphasis(level)}>{` ${level.padEnd(8)} `}</Text>
        </>
      ) : (
        " ".repeat(indent)
      )}
      {line}
    </Text>
  ));
}

function fromLevel(filter: CompiledFilter, least: number): CompiledFilter {
  if (least === 0) return filter;
  const levels = EVENT_LEVELS.slice(least);
  const { sql, bindings } = filter.quick;
  const own = `level IN (${levels.map(() => "?").join(", ")})`;
  return { ...filter, quick: { sql: `${sql} AND ${own}`, bindings: [...bindings, ...levels] } };
}

/** Changes when a line was added; a resume takes none back. */
function eventStamp(database: RunDatabase): number {
  return database.get<{ last: number | null }>("SELECT max(id) AS last FROM events")?.last ?? 0;
}

function levelEmphasis(level: EventRecord["level"]): object {
  if (level === "error") return emphasis.bad();
  if (level === "warning") return emphasis.warning();
  return level === "debug" ? emphasis.faint() : emphasis.good();
}
