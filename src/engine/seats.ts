import { RunError } from "../errors/index.ts";
import type { ViewerKind, Viewers } from "./protocol.ts";

interface Seat {
  name: string;
  as: ViewerKind;
}

/** Who watches a run, each known by a connection of type `C`, and which of the screens drives. */
export class Seats<C> {
  /** In the order in which they came. */
  private readonly seats = new Map<C, Seat>();
  private driver: C | null = null;

  get size(): number {
    return this.seats.size;
  }

  get viewers(): Viewers {
    const named = [...this.seats.values()].filter(({ as }) => as !== "command");
    return { names: named.map(({ name }) => name), driver: this.nameOf(this.driver) };
  }

  /** The name that it is known by. The first screen drives. */
  take(connection: C, wanted: string, as: ViewerKind): string {
    const seated = this.seats.get(connection);
    if (seated) return seated.name;
    const taken = new Set([...this.seats.values()].map(({ name }) => name));
    const base = wanted.trim() || "viewer";
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base} (${number})`;
    this.seats.set(connection, { name, as });
    if (as === "screen") this.driver ??= connection;
    return name;
  }

  /** The screen that asks drives from now on; one sentence about it. Raises RunError when it is none. */
  drive(connection: C): string {
    const seat = this.seats.get(connection);
    if (seat?.as !== "screen")
      throw new RunError("only a screen drives: this viewer's commands are taken as they are");
    const before = this.nameOf(this.driver);
    if (this.driver === connection) throw new RunError("you drive already");
    this.driver = connection;
    return `${seat.name} drives${before === null ? "" : `, before ${before}`}`;
  }

  /** The name of a viewer whose command is to be done. Raises RunError for a screen that does not drive. */
  authorised(connection: C): string {
    const seat = this.seats.get(connection);
    if (!seat) throw new RunError("say hello first");
    if (seat.as === "screen" && this.driver !== connection)
      throw new RunError(`${this.nameOf(this.driver) ?? "nobody"} drives.`, { mend: "`:drive` takes over." });
    return seat.name;
  }

  /** Frees the place; one sentence about who drives now, null where that is as it was. */
  leave(connection: C): string | null {
    this.seats.delete(connection);
    if (this.driver !== connection) return null;
    const next = [...this.seats].find(([, { as }]) => as === "screen");
    this.driver = next?.[0] ?? null;
    return next ? `${next[1].name} drives` : null;
  }

  private nameOf(connection: C | null): string | null {
    return connection === null ? null : (this.seats.get(connection)?.name ?? null);
  }
}
