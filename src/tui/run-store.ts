import { connect, type EngineClient } from "../engine/client.ts";
import type { Command, ServerMessage, Snapshot } from "../engine/protocol.ts";
import { AzrError } from "../errors/index.ts";
import type { Role, TaskType } from "../interfaces/role.ts";
import { type RunDatabase, RunDirectory, type RunStatus, runStatus } from "../runs/index.ts";

/** A run as the screens see it: what is durable comes from run.sqlite, what is live from the engine. */
export interface RunView {
  status: RunStatus;
  /** Null when no engine is at work. */
  snapshot: Snapshot | null;
  live: { role: Role; type: TaskType; text: string } | null;
  /** The last answer to a command, or the last warning of the engine. */
  notice: { text: string; bad: boolean } | null;
  /** Grows whenever the database has changed: what was read under another revision is stale. */
  revision: number;
}

const POLL_MS = 500;

/** Follows one run, live or not; React reads it with useSyncExternalStore. */
export class RunStore implements Disposable {
  readonly run: RunDirectory;
  readonly database: RunDatabase;
  #view: RunView;
  #client: EngineClient | null = null;
  #connecting = false;
  #dataVersion = -1;
  #listeners = new Set<() => void>();
  #timer: Timer | undefined;

  /** Raises RunError when there is no run at the path. */
  constructor(path: string) {
    this.run = RunDirectory.open(path);
    this.database = this.run.openDatabase({ readonly: true });
    this.#view = { status: runStatus(this.database), snapshot: null, live: null, notice: null, revision: 0 };
  }

  /** Begins to follow the database and, when there is one, the engine. */
  start(): void {
    this.#poll();
    this.#timer = setInterval(() => this.#poll(), POLL_MS);
  }

  getView = (): RunView => this.#view;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Sends a command; the answer appears as the notice. */
  async send(command: Command): Promise<void> {
    if (!this.#client)
      return this.#update({ notice: { text: "No engine is at work on this run.", bad: true } });
    try {
      this.#update({ notice: { text: await this.#client.send(command), bad: false } });
    } catch (error) {
      if (!(error instanceof AzrError)) throw error;
      this.#update({ notice: { text: error.message, bad: true } });
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#client?.close();
    this.#listeners.clear();
    this.database.close();
  }

  #poll(): void {
    const version = this.database.get<{ data_version: number }>("PRAGMA data_version")?.data_version ?? 0;
    const status = runStatus(this.database);
    const changed = version !== this.#dataVersion;
    this.#dataVersion = version;
    if (
      changed ||
      status.state !== this.#view.status.state ||
      (status.engine === null) !== (this.#view.status.engine === null)
    ) {
      this.#update({ status, ...(changed ? { revision: this.#view.revision + 1 } : {}) });
    }
    if (status.engine && !this.#client && !this.#connecting) void this.#follow();
  }

  async #follow(): Promise<void> {
    this.#connecting = true;
    try {
      using client = await connect(this.run.path, `tui ${process.pid}`);
      this.#client = client;
      for await (const message of client) this.#receive(message);
    } catch (error) {
      // The engine has ended meanwhile or is not ready: the next poll looks again.
      if (!(error instanceof AzrError)) throw error;
    } finally {
      this.#client = null;
      this.#connecting = false;
      this.#update({ snapshot: null, live: null });
    }
  }

  #receive(message: ServerMessage): void {
    switch (message.kind) {
      case "hello":
      case "snapshot":
        this.#update({ snapshot: message.snapshot });
        break;
      case "live":
        this.#update({ live: { role: message.role, type: message.type, text: message.text } });
        break;
      case "step":
        this.#poll();
        break;
      case "log":
        if (message.level === "warning" || message.level === "error") {
          this.#update({ notice: { text: message.message, bad: message.level === "error" } });
        }
        break;
      case "ended":
        this.#update({
          notice: {
            text: message.reason || `The run is ${message.state}.`,
            bad: message.state === "crashed",
          },
        });
        break;
      case "reply":
        break;
    }
  }

  #update(change: Partial<RunView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}
