import type { RunDatabase } from "../runs/database.ts";
import { flagTotals, metricSeries } from "../runs/queries/metrics.ts";
import type { RunState } from "../runs/records.ts";
import type { Assembly } from "./assembly.ts";
import { StopRequest } from "./gate.ts";
import { NO_MEMORY } from "./model-messages.ts";
import type { PhaseTimer } from "./phase-timer.ts";
import type { Snapshot, Viewers } from "./protocol.ts";
import { remainingTime } from "./remaining-time.ts";
import type { RunPosition } from "./run-position.ts";
import { prefixed, sandboxFigures } from "./step-figures.ts";

export interface ReadingsOptions {
  database: RunDatabase;
  position: RunPosition;
  phases: PhaseTimer;
  state: () => RunState;
  totalSteps: () => number;
  viewers: () => Viewers;
  /** Aborted when the run is to end. */
  signal: AbortSignal;
  /** Null while it is not loaded. */
  assembly: () => Assembly | null;
}

/** What can be read off an engine at work: the snapshot for its viewers, and the figures that go with a step. */
export class Readings {
  /** Tokens a second of the last update. */
  updateRate = 0;
  /** Safety flags by name, as of the last commit; null when they are to be read anew. */
  private storedFlags: Record<string, number> | null = null;

  constructor(private readonly options: ReadingsOptions) {}

  snapshot(): Snapshot {
    const { position, phases, state, totalSteps, viewers, signal } = this.options;
    const assembly = this.options.assembly();
    const counts = assembly?.sandbox?.counts();
    return {
      state: state(),
      step: position.finished,
      totalSteps: totalSteps(),
      pid: process.pid,
      progress: phases.progress(),
      generationRate: assembly?.generator.rate ?? 0,
      updateRate: this.updateRate,
      sandbox: {
        backend: assembly?.sandbox?.backend ?? "",
        running: counts?.running ?? 0,
        queued: counts?.queued ?? 0,
        idle: counts?.idleWorkers ?? 0,
        finished: counts?.finished ?? 0,
        verdicts: { ...counts?.verdicts },
        latencyMs: assembly?.sandbox?.latency() ?? null,
      },
      flags: this.flags(),
      memory: { ...(assembly?.model.memory ?? NO_MEMORY), resident: process.memoryUsage.rss() },
      // A pause lasts as long as somebody wants.
      etaMs: state() === "paused" ? null : this.remainingMs(),
      viewers: viewers(),
      ...(signal.reason instanceof StopRequest ? { stopping: signal.reason.message } : {}),
    };
  }

  /** The database has a further step. */
  committed(): void {
    this.storedFlags = null;
  }

  /** Seconds by phase, tokens and memory since the last call. */
  take({ generator, model, sandbox }: Assembly): Record<string, number> {
    const { tokens, seconds, tokensPerSecond } = generator.take();
    return {
      ...prefixed("seconds", this.options.phases.take()),
      "generation/tokens": tokens,
      "generation/seconds": seconds,
      "generation/tokens_per_second": tokensPerSecond,
      ...(sandbox ? sandboxFigures(sandbox.take()) : {}),
      "memory/active": model.memory.active,
      "memory/peak": model.memory.peak,
      "memory/cache": model.memory.cache,
      "memory/resident": process.memoryUsage.rss(),
    };
  }

  /** Milliseconds that the rest of the run will take; null while no step says. */
  remainingMs(): number | null {
    const { database, position, totalSteps } = this.options;
    const finished = metricSeries(database, "seconds/step", 200).flatMap(({ step, value }) =>
      value === null ? [] : [{ step, seconds: value }],
    );
    const stepsLeft = totalSteps() - position.finished;
    return remainingTime({ finished, stepsLeft, elapsedMs: position.elapsedMs });
  }

  /** Safety flags of the whole run: the stored ones, and those of the step under way. */
  private flags(): Record<string, number> {
    this.storedFlags ??= flagTotals(this.options.database);
    const flags = { ...this.storedFlags };
    for (const [flag, count] of Object.entries(this.options.assembly()?.sandbox?.flags ?? {}))
      flags[flag] = (flags[flag] ?? 0) + count;
    return flags;
  }
}
