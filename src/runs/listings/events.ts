import type { FilterLanguage } from "../filter/index.ts";
import type { EventLevel, EventRecord } from "../records.ts";
import { byColumn, inOrder, type Listing } from "./listing.ts";

/** From the least to the most urgent. */
export const EVENT_LEVELS: readonly EventLevel[] = ["debug", "info", "warning", "error"];

export const EVENT_LANGUAGE: FilterLanguage = {
  text: "source || ': ' || message",
  fields: [
    { name: "level", kind: "level", sql: "level", values: EVENT_LEVELS, help: "how urgent it is" },
    { name: "source", kind: "name", sql: "source", help: "the part that wrote it" },
    { name: "step", kind: "number", sql: "step", help: "step under way" },
    { name: "id", kind: "number", sql: "id", help: "its number" },
    { name: "message", kind: "text", sql: "message", help: "text in the message" },
  ],
};

/** The run's log. */
export const EVENT_LISTING: Listing<EventRecord> = {
  from: "events",
  language: EVENT_LANGUAGE,
  orders: { id: (way) => `id ${way}`, step: byColumn("step") },
  rows: (database, ids) =>
    inOrder(
      database.all<EventRecord>(
        `SELECT id, at, step, level, source, message FROM events
         WHERE id IN (SELECT value FROM json_each(?))`,
        [JSON.stringify(ids)],
      ),
      ids,
    ),
};
