import { useEffect, useMemo, useRef, useState } from "react";
import { type CompiledFilter, type Listing, type Order, type RunDatabase, Search } from "../../runs/index.ts";
import { useQuery, useSource } from "../run-context.tsx";

/** Time that a search may take of a frame, milliseconds. */
const SLICE_MS = 8;
const PAUSE_MS = 4;
/** What is found is shown so often, milliseconds, but the first page at once. */
const SHOW_MS = 150;
const PAGE = 64;

export interface Found {
  ids: readonly number[];
  /** Share of the records that were looked through; 1 when the search has come to its end. */
  share: number;
}

/**
 * The ids that a filter lets through, searched anew when `stamp` says that there are others. A search through texts
 * goes on between frames, and its ids appear as they are found; what was found before stays until the same search,
 * begun anew, has come to its end.
 */
export function useSearch(
  listing: Listing<{ id: number }>,
  filter: CompiledFilter,
  order: Order,
  stamp: (database: RunDatabase) => string | number,
): Found {
  const { database } = useSource();
  const version = useQuery(stamp, []);
  const { by, descending } = order;
  const question = `${listing.from}\n${JSON.stringify(filter)}\n${by} ${descending}`;
  const latest = useRef<{ same: string; search: Search } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `question` says the filter and the order; `version` that the records changed.
  const search = useMemo(() => {
    // While words are typed the fields stay the same, and with them the records that the words are looked for in.
    const same = JSON.stringify([listing.from, filter.quick, by, descending, version]);
    const known = latest.current?.same === same ? latest.current.search.candidates : undefined;
    const begun = new Search(database, listing, filter, order, known);
    latest.current = { same, search: begun };
    begun.advance(SLICE_MS);
    return begun;
  }, [database, question, version]);
  const [, setShare] = useState(0);
  const last = useRef<{ question: string; search: Search } | null>(null);
  useEffect(() => {
    if (search.complete) return;
    let shownAt = performance.now();
    const timer = setInterval(() => {
      const before = search.ids.length;
      search.advance(SLICE_MS);
      const firstPage = before < PAGE && search.ids.length >= PAGE;
      if (search.complete || firstPage || performance.now() - shownAt > SHOW_MS) {
        shownAt = performance.now();
        setShare(search.share);
      }
      if (search.complete) clearInterval(timer);
    }, PAUSE_MS);
    return () => clearInterval(timer);
  }, [search]);
  if (search.complete || last.current?.question !== question) last.current = { question, search };
  const shown = last.current.search;
  return { ids: shown.ids, share: search.share };
}

/** Changes when a step was committed or taken back: other tasks and rollouts. */
export function stepStamp(database: RunDatabase): string {
  const row = database.get<{ stamp: string }>(
    "SELECT count(*) || ' ' || coalesce(max(finished_at), 0) AS stamp FROM steps",
  );
  return row?.stamp ?? "";
}
