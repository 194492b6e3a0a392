import type { ServerMessage, Snapshot } from "./protocol.ts";

/** Least time between two snapshots, and most while nothing changes, milliseconds. */
const SOONEST_MS = 200;
const LATEST_MS = 1000;
/** Least time between two live texts: more is not read. */
const LIVE_MS = 250;

/** Sends snapshots and live texts to viewers, often enough to watch and no oftener. */
export class Publisher implements Disposable {
  private lastLive = 0;
  private changed = false;
  private sinceSnapshot = 0;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly send: (message: ServerMessage) => void,
    private readonly snapshot: () => Snapshot,
  ) {
    this.timer = setInterval(() => this.tick(), SOONEST_MS);
  }

  /** Something that a snapshot shows has changed. */
  touch(): void {
    this.changed = true;
  }

  /** A snapshot at once: for changes of state and phase. */
  now(): void {
    this.changed = false;
    this.sinceSnapshot = 0;
    this.send({ kind: "snapshot", snapshot: this.snapshot() });
  }

  live(message: Omit<Extract<ServerMessage, { kind: "live" }>, "kind">): void {
    const now = performance.now();
    if (now - this.lastLive < LIVE_MS) return;
    this.lastLive = now;
    this.send({ kind: "live", ...message });
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    this.sinceSnapshot += SOONEST_MS;
    if (this.changed || this.sinceSnapshot >= LATEST_MS) this.now();
  }
}
