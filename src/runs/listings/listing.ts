import type { RunDatabase } from "../database.ts";
import type { CompiledFilter, FilterLanguage } from "../filter/index.ts";

/** A long list of records: which there are is asked once, the rows are read by the page. */
export interface Listing<R extends { id: number }> {
  /** Table or select that has the columns that the filter and the order name, by id. */
  from: string;
  /** Table that has the texts that are searched, by id; absent where it is `from`. */
  texts?: string;
  language: FilterLanguage;
  /** ORDER BY of each column that it can be sorted by; ties go by id. */
  orders: Readonly<Record<string, (way: Way) => string>>;
  rows(database: RunDatabase, ids: readonly number[]): R[];
}

export type Way = "ASC" | "DESC";

/**
 * By a column; records without a value come last either way. Ids ascend with the steps, and with both named SQLite
 * reads the index by step, which is much smaller than the table.
 */
export const byNullable = (column: string) => (way: Way) =>
  `${column} IS NULL, ${column} ${way}, step DESC, id DESC`;
export const byColumn = (column: string) => (way: Way) => `${column} ${way}, step DESC, id DESC`;
export const byId = (way: Way) => `step ${way}, id ${way}`;

export interface Order {
  /** A key of the listing's orders. */
  by: string;
  descending: boolean;
}

/** A filter's records are looked through by so many at a time where their texts must be read. */
const SLICE = 256;

/**
 * The ids that a filter lets through, in order. What the indexes cover is known at once; where texts must be read,
 * `advance` goes through them for as long as it may, and `ids` grows at its end.
 */
export class Search {
  readonly ids: number[];
  /** Ids that the quick part lets through. */
  readonly candidates: readonly number[];
  #looked = 0;

  /** `candidates` are those of a search with the same quick part and order, where there was one. */
  constructor(
    private readonly database: RunDatabase,
    private readonly listing: Listing<{ id: number }>,
    private readonly filter: CompiledFilter,
    order: Order,
    candidates?: readonly number[],
  ) {
    this.candidates = candidates ?? candidatesOf(database, listing, filter, order);
    this.ids = filter.slow ? [] : [...this.candidates];
    if (!filter.slow) this.#looked = this.candidates.length;
  }

  get complete(): boolean {
    return this.#looked >= this.candidates.length;
  }

  /** Share of the records that were looked through. */
  get share(): number {
    return this.complete ? 1 : this.#looked / this.candidates.length;
  }

  /** Looks through records for about `milliseconds`, a slice at least. */
  advance(milliseconds: number): void {
    const { database, listing, filter } = this;
    const until = performance.now() + milliseconds;
    while (!this.complete) {
      const slice = this.candidates.slice(this.#looked, this.#looked + SLICE);
      this.#looked += slice.length;
      if (filter.slow === null) continue;
      const passed = new Set(
        idsOf(
          database,
          `SELECT id FROM ${listing.texts ?? listing.from} WHERE id IN (SELECT value FROM json_each(?)) AND ${filter.slow.sql}`,
          [JSON.stringify(slice), ...filter.slow.bindings],
        ),
      );
      this.ids.push(...slice.filter((id) => passed.has(id)));
      if (performance.now() >= until) return;
    }
  }
}

function candidatesOf(
  database: RunDatabase,
  { from, orders }: Listing<{ id: number }>,
  { quick }: CompiledFilter,
  { by, descending }: Order,
): number[] {
  const order = orders[by];
  if (order === undefined) throw new RangeError(`no order "${by}"`);
  const sorted = order(descending ? "DESC" : "ASC");
  return idsOf(database, `SELECT id FROM ${from} WHERE ${quick.sql} ORDER BY ${sorted}`, quick.bindings);
}

/** As one text: no object is made for each row. */
function idsOf(database: RunDatabase, sql: string, bindings: (string | number)[]): number[] {
  const row = database.get<{ ids: string }>(`SELECT json_group_array(id) AS ids FROM (${sql})`, bindings);
  return JSON.parse(row?.ids ?? "[]") as number[];
}

/** Rows in the order of their ids; ids that are gone are left out. */
export function inOrder<R extends { id: number }>(rows: readonly R[], ids: readonly number[]): R[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
