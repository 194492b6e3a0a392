import type { RunDirectory } from "../runs/run-directory.ts";
import { RunSource } from "./run-source.ts";
import type { OpenSink, Sink } from "./sink.ts";

/** Pause between looks at the database, milliseconds. */
const PACE = 1000;

export interface FollowOptions {
  say: (line: string) => void;
  /** Ends it after the look under way: what is sent by then stays. */
  signal?: AbortSignal;
  pace?: number;
}

/**
 * Sends a run to a sink: all that is stored, and while an engine works on it what comes, up to that engine's end.
 * The number of steps sent. The database is only read, so the run never waits for this.
 */
export async function follow(run: RunDirectory, open: OpenSink, options: FollowOptions): Promise<number> {
  const { say, signal, pace = PACE } = options;
  using database = run.openDatabase({ readonly: true });
  const source = new RunSource(database, run.config());
  const engine = source.status().engine?.pid ?? null;
  using sink = await open(source, say);
  const progress = new Progress(source, sink);
  for (;;) {
    // Looked at first: what the engine stored last is then read by the pass after its end.
    const { engine: now, state, reason } = source.status();
    const live = now !== null && now.pid === engine;
    await progress.pass(live, signal);
    if (!signal?.aborted) await sink.caughtUp();
    if (live && !signal?.aborted) {
      await sleep(pace, signal);
      continue;
    }
    await sink.end({ state, reason });
    return progress.sent;
  }
}

/** How far a sink is. */
class Progress {
  sent = 0;
  private step: number;
  private evaluation: number;

  constructor(
    private readonly source: RunSource,
    private readonly sink: Sink,
  ) {
    this.step = sink.has.step;
    this.evaluation = sink.has.evaluation;
  }

  /** Sends what is new. Evaluations follow the step that they are of. */
  async pass(live: boolean, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const steps = this.source.stepsAfter(this.step, live);
      for (const step of steps) {
        if (signal?.aborted) return;
        await this.evaluations(step.step - 1);
        await this.sink.send(step);
        this.step = step.step;
        this.sent += 1;
      }
      if (steps.length === 0) break;
    }
    await this.evaluations(this.step);
  }

  private async evaluations(upTo: number): Promise<void> {
    for (const evaluation of this.source.evaluationsAfter(this.evaluation)) {
      // They are sent in the order of their ids: one of a later step holds back those after it.
      if (evaluation.step > upTo) return;
      await this.sink.evaluate(evaluation);
      this.evaluation = evaluation.id;
    }
  }
}

async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  signal?.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
