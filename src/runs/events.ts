import type { RunDatabase } from "./database.ts";
import type { EventRecord } from "./records.ts";

/** Adds one line to the run's log of events, outside any step. */
export function appendEvent(database: RunDatabase, event: Omit<EventRecord, "id">): void {
  database.run("INSERT INTO events VALUES (NULL, ?, ?, ?, ?, ?)", [
    event.at,
    event.step,
    event.level,
    event.source,
    event.message,
  ]);
}
