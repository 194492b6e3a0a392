/** A window on a long list. */
export interface Page {
  /** Rows at most; 100 when absent. */
  limit?: number;
  /** Rows passed over before the first; 0 when absent. */
  offset?: number;
}

export function pageBounds(page: Page): [limit: number, offset: number] {
  return [page.limit ?? 100, page.offset ?? 0];
}

/** `WHERE` of the conditions that have a value, and the values in order. Conditions are never user text. */
export function whereClause(
  conditions: readonly (readonly [sql: string, value: string | number | undefined])[],
): {
  sql: string;
  bindings: (string | number)[];
} {
  const active = conditions.filter(([, value]) => value !== undefined);
  return {
    sql: active.length === 0 ? "" : `WHERE ${active.map(([sql]) => `(${sql})`).join(" AND ")}`,
    bindings: active.map(([, value]) => value as string | number),
  };
}
