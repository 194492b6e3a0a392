import { RunError } from "../errors/index.ts";
import type { RunDatabase } from "../runs/database.ts";
import { appendEvent } from "../runs/events.ts";
import type { EventLevel } from "../runs/records.ts";
import type { ServerMessage } from "./protocol.ts";

/** Writes lines to the run's events, to its viewers and to engine.log. */
export class RunLog {
  constructor(
    private readonly database: RunDatabase,
    private readonly send: (message: ServerMessage) => void,
  ) {}

  line(step: number, level: EventLevel, source: string, message: string): void {
    const at = this.tell(level, source, message);
    try {
      appendEvent(this.database, { at, step, level, source, message });
    } catch (error) {
      // A line that cannot be stored (a full disk) must not end the run: it is in engine.log.
      if (!(error instanceof RunError)) throw error;
      console.error(`the line above is not in the database: ${error.message}`);
    }
  }

  /** A line that is among the run's events already. When it was told. */
  tell(level: EventLevel, source: string, message: string): number {
    const at = Date.now();
    // Standard error is engine.log: the launcher opened it.
    console.error(`${new Date(at).toISOString()} ${level} ${source}: ${message}`);
    this.send({ kind: "log", at, level, source, message });
    return at;
  }
}
