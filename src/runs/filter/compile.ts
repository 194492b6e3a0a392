import type { FieldTerm, FilterLanguage, Term } from "./language.ts";

/** SQL without user text in it, and the values to bind, in order. */
export interface Condition {
  sql: string;
  bindings: (string | number)[];
}

/** A filter as SQL, in two parts that must both hold. */
export interface CompiledFilter {
  /** Of columns that the lists' indexes cover. */
  quick: Condition;
  /** Of texts, which are read row by row; null where there is none. */
  slow: Condition | null;
}

/** What no record is kept out by. */
export const EVERYTHING: CompiledFilter = { quick: { sql: "1", bindings: [] }, slow: null };

export function compileFilter(terms: readonly Term[], language: FilterLanguage): CompiledFilter {
  const quick = terms.filter((term) => !isSlow(term)).map((term) => conditionOf(term, language));
  const slow = terms.filter(isSlow).map((term) => conditionOf(term, language));
  return { quick: all(quick) ?? EVERYTHING.quick, slow: all(slow) };
}

const isSlow = ({ field }: Term): boolean => field === null || field.kind === "text";

function all(conditions: readonly Condition[]): Condition | null {
  if (conditions.length === 0) return null;
  return {
    sql: conditions.map(({ sql }) => sql).join(" AND "),
    bindings: conditions.flatMap(({ bindings }) => bindings),
  };
}

function conditionOf(term: Term, language: FilterLanguage): Condition {
  const { sql, bindings } = term.field === null ? contains(language.text, term.text) : fieldCondition(term);
  // Nothing is known of a record without the value: it does not meet the condition, and meets its negation.
  return { sql: term.negated ? `NOT coalesce((${sql}), 0)` : `(${sql})`, bindings };
}

function fieldCondition({ field, test }: FieldTerm): Condition {
  const { sql, kind } = field;
  if (test.kind === "compare") return { sql: `${sql} ${test.operator} ?`, bindings: [test.value] };
  if (test.kind === "between") return { sql: `${sql} BETWEEN ? AND ?`, bindings: [test.low, test.high] };
  if (test.kind === "any") return { sql: `${sql} <> '[]'`, bindings: [] };
  const one = (value: string | number | null): Condition => {
    if (value === null) return { sql: kind === "names" ? `${sql} = '[]'` : `${sql} IS NULL`, bindings: [] };
    if (kind === "name") return begins(sql, value);
    if (kind === "text") return contains(sql, value);
    if (kind === "names") return inList(sql, begins("value", value));
    if (kind === "ids") return inList(sql, { sql: "value = ?", bindings: [value] });
    return { sql: `${sql} = ?`, bindings: [value] };
  };
  const conditions = test.values.map(one);
  return {
    // No value at all, such as a level above the highest, is met by nothing.
    sql: conditions.map((condition) => condition.sql).join(" OR ") || "0",
    bindings: conditions.flatMap((condition) => condition.bindings),
  };
}

/** Letter case is ignored, as far as SQLite knows it (ASCII). */
function contains(sql: string, text: string | number): Condition {
  return { sql: `instr(lower(${sql}), lower(?)) > 0`, bindings: [String(text)] };
}

function begins(sql: string, text: string | number): Condition {
  return { sql: `instr(lower(${sql}), lower(?)) = 1`, bindings: [String(text)] };
}

function inList(sql: string, condition: Condition): Condition {
  return {
    sql: `${sql} <> '[]' AND EXISTS (SELECT 1 FROM json_each(${sql}) WHERE ${condition.sql})`,
    bindings: condition.bindings,
  };
}
