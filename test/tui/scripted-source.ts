import type { Command, Snapshot } from "../../src/engine/protocol.ts";
import type { RunDatabase, RunDirectory } from "../../src/runs/index.ts";
import {
  firstView,
  type Notice,
  type Playback,
  type RunSource,
  type RunView,
} from "../../src/tui/run-view.ts";

/** A recorded run under an engine that says what the test tells it to. */
export class ScriptedSource implements RunSource, Disposable {
  readonly database: RunDatabase;
  readonly sent: Command["command"][] = [];
  readonly commands: Command[] = [];
  /** Why the engine does nothing that it is told; it does everything where this is null. */
  refusal: string | null = null;
  #view: RunView;
  #listeners = new Set<() => void>();

  /** What a replay would be told. */
  readonly played: string[] = [];
  readonly playback = Object.fromEntries(
    (["moveBy", "toStep", "restart", "halt", "changeSpeed"] as const).map((name) => [
      name,
      (by?: number) => this.played.push(`${name} ${by ?? ""}`),
    ]),
  ) as unknown as Playback;

  constructor(readonly run: RunDirectory) {
    this.database = run.openDatabase({ readonly: true });
    this.#view = firstView(this.database);
  }

  getView = (): RunView => this.#view;

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async send(command: Command): Promise<boolean> {
    this.sent.push(command.command);
    this.commands.push(command);
    if (this.refusal !== null) this.tell({ text: this.refusal, bad: true });
    return this.refusal === null;
  }

  tell(notice: Notice | null): void {
    this.show({ notice });
  }

  show(change: Partial<RunView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }

  [Symbol.dispose](): void {
    this.database.close();
  }
}

/** An engine in the middle of a step. */
export function liveSnapshot(fields: Partial<Snapshot> = {}): Snapshot {
  return {
    state: "running",
    step: 12,
    totalSteps: 40,
    pid: 4242,
    progress: {
      phase: "propose",
      step: 13,
      done: 12,
      total: 18,
      unit: "samples",
      rate: 0.4,
      elapsedMs: 30_000,
    },
    generationRate: 83.5,
    updateRate: 412.3,
    sandbox: {
      backend: "firejail",
      running: 2,
      queued: 5,
      idle: 3,
      finished: 204,
      verdicts: { ok: 150, exception: 31, "syntax-error": 12, timeout: 11 },
      latencyMs: { p50: 42, p95: 180 },
    },
    flags: { "import:os": 4, "file-read": 1, "suspicious:outsmart": 1 },
    memory: { active: 560_000_000, peak: 900_000_000, cache: 210_000_000, resident: 1_230_000_000 },
    etaMs: 42 * 60_000,
    viewers: { names: ["ada@lab:4711"], driver: "ada@lab:4711" },
    ...fields,
  };
}

export const LIVE_TEXT = {
  role: "propose",
  type: "abduction",
  text: "```python\ndef f(words, k):\n    counts = {}\n    for word in words:\n        counts[word] = counts.get(word, 0) + 1\n    return sorted(counts",
} as const;
