import type { RunDatabase } from "../database.ts";
import type { EventRecord } from "../records.ts";
import { type Page, pageBounds, whereClause } from "./page.ts";

export interface EventFilter {
  /** Only events with a larger id: what is new since the last look. */
  after?: number;
  step?: number;
  level?: EventRecord["level"];
  source?: string;
}

/** One page of events, newest first. */
export function eventPage(database: RunDatabase, filter: EventFilter = {}, page: Page = {}): EventRecord[] {
  const where = eventWhere(filter);
  return database.all<EventRecord>(
    `SELECT id, at, step, level, source, message FROM events ${where.sql} ORDER BY id DESC LIMIT ? OFFSET ?`,
    [...where.bindings, ...pageBounds(page)],
  );
}

function eventWhere(filter: EventFilter) {
  return whereClause([
    ["id > ?", filter.after],
    ["step = ?", filter.step],
    ["level = ?", filter.level],
    ["source = ?", filter.source],
  ]);
}
