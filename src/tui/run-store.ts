import { connect, type EngineClient, type LaunchOptions, launchEngine } from "../engine/client.ts";
import type { Command, ServerMessage, Snapshot } from "../engine/protocol.ts";
import { AzrError } from "../errors/index.ts";
import { eventPage, type RunDatabase, RunDirectory, runStatus } from "../runs/index.ts";
import { Presence } from "../runs/presence.ts";
import { UNTOLD } from "../runs/state.ts";
import { firstView, isLive, type Notice, type RunSource, type RunView } from "./run-view.ts";

const POLL_MS = 500;
/** Least time between two redraws that the engine's messages cause. */
const TELL_MS = 50;
/** A good answer is shown for so long; what went wrong stays until the next one. */
const NOTICE_MS = 8_000;
/** A command waits so long for an engine that is not connected yet. */
const REACH_MS = 30_000;
const REACH_POLL_MS = 50;
/** The engine speaks every second at least; it is called silent after this. */
const SILENCE_MS = 5_000;

/** A command on its way, and when it was sent. */
interface Sent {
  name: Command["command"];
  at: number;
}

/** Follows one run, live or not; React reads it with useSyncExternalStore. */
export class RunStore implements RunSource, Disposable {
  readonly run: RunDirectory;
  readonly database: RunDatabase;
  /** Why the engine that was to be launched is not there. */
  launchFailure: AzrError | null = null;
  readonly #presence: Presence;
  #view: RunView;
  #client: EngineClient | null = null;
  #connecting = false;
  #closed = false;
  #dataVersion = -1;
  /** When the engine spoke last; null before it has. */
  #heardAt: number | null = null;
  /** Silence is counted from here at the earliest. */
  #silentFrom = Date.now();
  #noticeAt = 0;
  /** How an engine ended, which the next one at work makes past. */
  #endNotice: Notice | null = null;
  /** Whoever lets a run go on drives it. */
  #takesOver = false;
  readonly #waiting = new Set<Sent>();
  #listeners = new Set<() => void>();
  #timer: Timer | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #telling: Timer | undefined;

  /** Raises RunError when there is no run at the path. */
  constructor(
    path: string,
    /** What other viewers know this one by; user, host and process when absent. */
    private readonly viewer?: string,
  ) {
    this.run = RunDirectory.open(path);
    this.#presence = new Presence(this.run);
    this.database = this.run.openDatabase({ readonly: true });
    this.#view = firstView(this.database);
  }

  /** Begins to follow the database and the engine, which is launched first when options are given. */
  start(launch?: LaunchOptions): void {
    if (launch) {
      this.#takesOver = true;
      void this.#launch(launch);
    }
    this.#poll();
    this.#timer = setInterval(() => this.#poll(), POLL_MS);
  }

  getView = (): RunView => this.#view;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async send(command: Command): Promise<boolean> {
    const client = await this.#reachable();
    if (!client) {
      const coming = isLive(this.#view);
      this.#notify(
        coming
          ? `The engine could not be reached: ${command.command} was not done.`
          : "No engine is at work on this run.",
        true,
      );
      return false;
    }
    if (this.#view.gone !== null) {
      this.#notify(`${command.command} was not done: ${this.#view.gone}`, true);
      return false;
    }
    const stops = command.command === "stop";
    const waiting = { name: command.command, at: Date.now() };
    this.#waiting.add(waiting);
    try {
      if (stops) this.#update({ stopping: true });
      const said = await client.send(command);
      this.#answered(waiting);
      this.#notify(said, false);
      return true;
    } catch (error) {
      this.#answered(waiting);
      if (stops) this.#update({ stopping: false });
      this.#notify(messageOf(error), true);
      return false;
    }
  }

  tell(notice: Notice | null): void {
    this.#show(notice);
    // It answers a key.
    if (this.#telling) this.#tell();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#telling);
    this.#client?.close();
    this.#listeners.clear();
    this.database.close();
  }

  /** The engine's connection, waited for while an engine is at work: a run is seen live before it is connected. */
  async #reachable(): Promise<EngineClient | null> {
    const until = Date.now() + REACH_MS;
    if (!this.#client && isLive(this.#view)) this.#notify("Waiting for the engine to answer.", false);
    while (!this.#client && !this.#closed && isLive(this.#view) && Date.now() < until) {
      await Bun.sleep(REACH_POLL_MS);
    }
    return this.#closed ? null : this.#client;
  }

  #answered(command: Sent): void {
    this.#waiting.delete(command);
    this.#tellUnanswered();
  }

  /** An engine that is busy or halted answers late: what it was told is not lost, and not done yet. */
  #tellUnanswered(): void {
    const words = [...this.#waiting].flatMap(({ name, at }) => {
      const seconds = Math.floor((Date.now() - at) / 1000);
      return seconds >= 1 ? [`${name}: sent ${seconds} s ago, not answered`] : [];
    });
    const unanswered = words.length === 0 ? null : words.join("; ");
    if (unanswered === this.#view.unanswered) return;
    this.#update({ unanswered });
    if (unanswered !== null) this.#notify(unanswered, true);
  }

  async #launch(options: LaunchOptions): Promise<void> {
    this.#update({ launching: true });
    try {
      await launchEngine(this.run.path, options);
    } catch (error) {
      if (!(error instanceof AzrError)) throw error;
      this.launchFailure = error;
      this.#takesOver = false;
      this.#update({ launching: false });
      this.#notify(messageOf(error), true);
    }
  }

  #poll(): void {
    if (this.#closed) return;
    const gone = this.#presence.gone;
    if (gone && this.#view.gone === null) {
      this.#update({ gone: gone.message });
      this.#notify(messageOf(gone), true);
    }
    try {
      this.#readDatabase();
    } catch (error) {
      // A database that cannot be read now (a full disk, a removed folder) does not end the screen.
      this.#notify(messageOf(error), true);
    }
    this.#tellUnanswered();
    const { notice, status } = this.#view;
    if (notice && !notice.bad && Date.now() - this.#noticeAt > NOTICE_MS) this.#update({ notice: null });
    const reachable = status.engine !== null && status.engine.socket !== null;
    if (!reachable) this.#silentFrom = Date.now();
    const silence = Date.now() - Math.max(this.#silentFrom, this.#heardAt ?? 0);
    const silentSeconds = silence > SILENCE_MS ? Math.floor(silence / 1000) : 0;
    if (silentSeconds !== this.#view.silentSeconds) this.#update({ silentSeconds });
    const deadFor =
      this.#view.state === "crashed" && !this.#client ? age(Date.now() - this.#lastWord()) : null;
    if (deadFor !== this.#view.deadFor) this.#update({ deadFor });
    if (reachable && !this.#client && !this.#connecting) void this.#follow();
  }

  #readDatabase(): void {
    const version = this.database.get<{ data_version: number }>("PRAGMA data_version")?.data_version ?? 0;
    const status = runStatus(this.database);
    const old = this.#view.status;
    const changed = version !== this.#dataVersion;
    this.#dataVersion = version;
    if (!changed && status.state === old.state && (status.engine === null) === (old.engine === null)) return;
    const log = changed ? (eventPage(this.database, {}, { limit: 1 })[0] ?? null) : this.#view.log;
    this.#update({
      status,
      log,
      ...(this.#view.snapshot ? {} : { state: status.state }),
      ...(changed ? { revision: this.#view.revision + 1 } : {}),
    });
  }

  async #follow(): Promise<void> {
    this.#connecting = true;
    try {
      using client = await connect(this.run.path, { as: "screen", name: this.viewer });
      if (this.#closed) return;
      this.#client = client;
      for await (const message of client) this.#receive(message);
    } catch (error) {
      // The engine has ended meanwhile or is not ready: the next poll looks again.
      if (!(error instanceof AzrError)) throw error;
    } finally {
      this.#client = null;
      this.#connecting = false;
      if (!this.#closed) {
        this.#update({ snapshot: null, live: null, stopping: false });
        this.#poll();
      }
    }
  }

  #receive(message: ServerMessage): void {
    if (this.#closed) return;
    this.#heardAt = Date.now();
    switch (message.kind) {
      case "hello":
        this.#update({ viewer: message.viewer });
        this.#heard(message.snapshot);
        if (this.#endNotice !== null && this.#view.notice === this.#endNotice) this.#show(null);
        this.#endNotice = null;
        this.#takeOver(message.snapshot, message.viewer);
        break;
      case "snapshot":
        this.#heard(message.snapshot);
        break;
      case "live":
        this.#update({ live: { role: message.role, type: message.type, text: message.text } });
        break;
      case "step":
        this.#poll();
        break;
      case "log":
        this.#update({ log: message });
        // The next line would take its place.
        if (message.level === "warning") this.#notify(message.message, true);
        break;
      case "ended":
        this.#update({ state: message.state, snapshot: null });
        this.#notify(endOf(message), message.state === "crashed");
        this.#endNotice = this.#view.notice;
        break;
      case "reply":
        break;
    }
  }

  /** An older viewer may have come to the new engine first. */
  #takeOver({ viewers }: Snapshot, viewer: string): void {
    if (!this.#takesOver) return;
    this.#takesOver = false;
    if (viewers.driver === viewer) return;
    this.#client
      ?.send({ command: "drive" })
      .catch((error: unknown) => this.#closed || this.#notify(messageOf(error), true));
  }

  /** What was heard last, else the last line of the log, else what the database says. */
  #lastWord(): number {
    return this.#heardAt ?? this.#view.log?.at ?? this.#view.status.activeAt;
  }

  #heard(snapshot: Snapshot): void {
    const stopping = this.#view.stopping || snapshot.stopping !== undefined;
    this.#update({ snapshot, stopping, state: snapshot.state, launching: false });
  }

  #notify(text: string, bad: boolean): void {
    this.#show({ text, bad });
  }

  #show(notice: Notice | null): void {
    if (this.#closed) return;
    this.#noticeAt = Date.now();
    this.#update({ notice });
  }

  /** The screen hears of it at once, or, when it has just been told of something, a little later with what follows. */
  #update(change: Partial<RunView>): void {
    this.#view = { ...this.#view, ...change };
    if (this.#telling) return;
    const wait = this.#toldAt + TELL_MS - performance.now();
    if (wait <= 0) this.#tell();
    else this.#telling = setTimeout(() => this.#tell(), wait);
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#toldAt = performance.now();
    for (const listener of this.#listeners) listener();
  }
}

/** How a run came to its end. What an engine left unsaid is in its log, whose lines are not for one line of a screen. */
function endOf({ reason, state }: { reason: string; state: string }): string {
  if (reason.split("\n", 1)[0] === UNTOLD)
    return `${UNTOLD}: it was killed, or it broke; engine.log holds its last lines.`;
  return reason || `The run is ${state}.`;
}

/** `12 s`, `3 min`, `5 h`, `2 d`: the largest unit, so that it seldom changes. */
function age(ms: number): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
  ] as const;
  const unit = units.find(([, length]) => ms >= length);
  return unit ? `${Math.floor(ms / unit[1])} ${unit[0]}` : `${Math.max(0, Math.floor(ms / 1000))} s`;
}

/** Message and mend of an error that a user can meet; anything else is a fault of this program and is thrown on. */
function messageOf(error: unknown): string {
  if (!(error instanceof AzrError)) throw error;
  return error.mend === undefined ? error.message : `${error.message} ${error.mend}`;
}
