import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { RunError } from "../errors/index.ts";
import { commitStep, insertMetrics } from "../runs/commit.ts";
import type { RunDatabase } from "../runs/database.ts";
import { commitEvaluation, evaluations } from "../runs/queries/evaluations.ts";
import { metricSeries } from "../runs/queries/metrics.ts";
import { isSeeded } from "../runs/queries/steps.ts";
import { allTasks } from "../runs/queries/tasks.ts";
import type { CheckpointRecord, EventLevel, RunState } from "../runs/records.ts";
import type { RunDirectory } from "../runs/run-directory.ts";
import { setRunState } from "../runs/state.ts";
import type { SelfPlayHooks } from "../selfplay/hooks.ts";
import type { StepOutcome } from "../selfplay/outcome.ts";
import { Assembly } from "./assembly.ts";
import { Checkpointer } from "./checkpointer.ts";
import { Gate, StopRequest, unlessAborted } from "./gate.ts";
import type { EngineParts, PartProgress } from "./parts.ts";
import { PhaseTimer } from "./phase-timer.ts";
import type { Command, Phase, ServerMessage, Snapshot } from "./protocol.ts";
import { Publisher } from "./publisher.ts";
import { remainingTime } from "./remaining-time.ts";
import { RunClock } from "./run-clock.ts";
import { RunLog } from "./run-log.ts";
import { prefixed, short, summarise } from "./step-figures.ts";

export interface EngineOptions {
  run: RunDirectory;
  config: Config;
  /** Open for writing, claimed by this process, and taken back to `from.step`. */
  database: RunDatabase;
  /** Where the run goes on; step 0 and no checkpoint for a new one. */
  from: { step: number; checkpoint: CheckpointRecord | null };
  parts: EngineParts;
  /** Sends a message to every viewer. */
  send: (message: ServerMessage) => void;
  /** Number of viewers connected. */
  viewers: () => number;
}

/** How a run ended without an error. */
export interface Ending {
  state: Extract<RunState, "finished" | "stopped">;
  reason: string;
}

/**
 * The training loop of one run: self-play, update, checkpoint and commit, step after step; pausing and ending
 * as its viewers ask. Every finished step is in the database with the checkpoint that belongs to it.
 */
export class Engine {
  private readonly gate: Gate;
  private readonly clock = new RunClock();
  private readonly phases = new PhaseTimer(this.clock);
  private readonly publisher: Publisher;
  private readonly lines: RunLog;
  private readonly checkpoints: Checkpointer;
  private assembly: Assembly | null = null;
  private state: RunState = "running";
  /** The last finished step. */
  private finishedStep: number;
  private stepBegan: number | null = null;
  private updateRate = 0;
  private partLabel: string | undefined;

  constructor(private readonly options: EngineOptions) {
    this.finishedStep = options.from.step;
    this.gate = new Gate({ onPause: () => this.paused(), onResume: () => this.resumed() });
    this.publisher = new Publisher(options.send, () => this.snapshot());
    this.lines = new RunLog(options.database, options.send);
    this.checkpoints = new Checkpointer(options.database, options.run.checkpointsPath, options.config);
  }

  /** Runs to the last step, or until it is stopped. Rejects with what went wrong. */
  async run(): Promise<Ending> {
    const { config } = this.options;
    try {
      this.setState("running");
      await this.load();
      await this.gate.pass();
      await this.seed();
      while (this.finishedStep < config.steps) {
        await this.evaluateIfDue();
        await this.gate.pass();
        await this.step(this.finishedStep + 1);
        this.gate.stepDone();
      }
      await this.evaluateIfDue();
      return { state: "finished", reason: `all ${config.steps} steps are done` };
    } catch (error) {
      if (!(error instanceof StopRequest)) throw error;
      await this.saveAtStop();
      return { state: "stopped", reason: error.message };
    } finally {
      this.publisher[Symbol.dispose]();
      this.phases.leave();
    }
  }

  /** Frees the model and the sandbox. What is still being loaded ends with the process. */
  async close(): Promise<void> {
    const assembly = this.assembly;
    this.assembly = null;
    await assembly?.[Symbol.asyncDispose]();
  }

  /** Does what a viewer asked for; one sentence about it. Raises RunError when it makes no sense now. */
  async command({ command }: Command): Promise<string> {
    switch (command) {
      case "pause":
        this.gate.pause();
        return "paused";
      case "resume":
        this.gate.resume();
        return "going on";
      case "step":
        this.gate.step();
        return `going on to the end of step ${this.finishedStep + 1}`;
      case "checkpoint":
        return await this.checkpointNow();
      case "stop":
        this.stop("stopped by a viewer");
        return `ending; step ${this.finishedStep} is the last one kept`;
    }
  }

  /** Ends the work under way and the run. */
  stop(reason: string): void {
    this.gate.stop(reason);
  }

  /** One line to the viewers, the database and engine.log. */
  log(level: EventLevel, source: string, message: string): void {
    this.lines.line(
      this.stepBegan === null ? this.finishedStep : this.finishedStep + 1,
      level,
      source,
      message,
    );
  }

  snapshot(): Snapshot {
    const { config, viewers } = this.options;
    const counts = this.assembly?.sandbox.counts();
    const memory = this.assembly?.model.memory ?? { active: 0, peak: 0 };
    return {
      state: this.state,
      step: this.finishedStep,
      totalSteps: config.steps,
      pid: process.pid,
      progress: this.phases.progress(),
      generationRate: this.assembly?.generator.rate ?? 0,
      updateRate: this.updateRate,
      sandbox: {
        backend: this.assembly?.sandbox.backend ?? "",
        running: counts?.running ?? 0,
        queued: counts?.queued ?? 0,
        idle: counts?.idleWorkers ?? 0,
        finished: counts?.finished ?? 0,
        verdicts: { ...counts?.verdicts },
      },
      memory: { ...memory, resident: process.memoryUsage.rss() },
      etaMs: this.remaining(),
      viewers: viewers(),
    };
  }

  private async load(): Promise<void> {
    const { config, parts, database, run, from } = this.options;
    this.enter("load", this.finishedStep);
    const began = this.clock.now();
    const opening = Assembly.open({
      config,
      parts,
      clock: this.clock,
      checkpoint: from.checkpoint && join(run.checkpointsPath, from.checkpoint.directory),
      tasks: () => allTasks(database),
      onProgress: (progress) => this.partProgress(progress),
    });
    // A stop does not wait for a download or a long load.
    this.assembly = await unlessAborted(opening, this.gate.signal);
    const { model, sandbox } = this.assembly;
    if (this.gate.paused) model.pause();
    const { name, architecture, layers, backend } = model.info;
    this.log(
      "info",
      "engine",
      `${name} (${architecture}, ${layers} layers) loaded on ${backend} in ` +
        `${short((this.clock.now() - began) / 1000)} s; sandbox ${sandbox.backend}`,
    );
    this.phases.leave();
    this.phases.take();
  }

  private async seed(): Promise<void> {
    const { database } = this.options;
    if (isSeeded(database)) return;
    const startedAt = Date.now();
    this.enter("seed", 0);
    const { tasks, metrics } = await this.assembled().selfPlay.seed(this.hooks(0));
    commitStep(database, {
      step: 0,
      startedAt,
      finishedAt: Date.now(),
      metrics: { ...metrics, ...this.timings() },
      tasks,
      taskUpdates: [],
      rollouts: [],
      keepCheckpoints: this.options.config.checkpoints.keep,
    });
    this.phases.leave();
  }

  private async step(step: number): Promise<void> {
    const { model, selfPlay } = this.assembled();
    const startedAt = Date.now();
    const began = this.clock.now();
    this.stepBegan = began;
    this.phases.take();
    await model.resetPeak();
    try {
      const outcome = await selfPlay.step(step, this.hooks(step));
      this.enter("update", step);
      const update = await model.update(outcome.trajectories, {
        step,
        signal: this.gate.signal,
        onProgress: ({ tokens, total, tokensPerSecond }) => {
          this.updateRate = tokensPerSecond;
          this.phases.report(tokens, total, "tokens");
          this.publisher.touch();
        },
      });
      if (update.skipped) this.log("warning", "training", `step ${step}: the update was skipped`);
      // From here on the weights are this step's: it is finished whatever a viewer asks for.
      const checkpoint = this.checkpoints.due(step) ? await this.writeCheckpoint(step) : undefined;
      const metrics = {
        ...outcome.metrics,
        ...prefixed("flags", outcome.flags),
        ...prefixed("update", update.metrics),
        ...this.timings(),
        "seconds/step": (this.clock.now() - began) / 1000,
      };
      this.commit({ step, startedAt, outcome, advantages: update.advantages, metrics, checkpoint });
    } finally {
      this.stepBegan = null;
    }
  }

  private commit(done: {
    step: number;
    startedAt: number;
    outcome: StepOutcome;
    advantages: readonly number[];
    metrics: Record<string, number>;
    checkpoint: CheckpointRecord | undefined;
  }): void {
    const { database, config, send } = this.options;
    const { step, startedAt, outcome, metrics, checkpoint } = done;
    commitStep(database, {
      step,
      startedAt,
      finishedAt: Date.now(),
      metrics,
      tasks: outcome.tasks,
      taskUpdates: outcome.taskUpdates,
      rollouts: outcome.rollouts.map(({ trajectory, ...rollout }) => ({
        ...rollout,
        advantage: finiteOrNull(trajectory === null ? undefined : done.advantages[trajectory]),
      })),
      ...(checkpoint ? { checkpoint } : {}),
      keepCheckpoints: config.checkpoints.keep,
    });
    this.finishedStep = step;
    this.publisher.now();
    this.phases.leave();
    if (checkpoint) this.checkpoints.prune();
    send({ kind: "step", step, metrics });
    this.publisher.now();
    this.log("info", "engine", summarise(step, config.steps, metrics));
  }

  private async writeCheckpoint(step: number): Promise<CheckpointRecord> {
    this.enter("checkpoint", step);
    return await this.checkpoints.write(step, (directory) => this.assembled().model.save(directory));
  }

  /** A checkpoint of the last finished step when no step is under way, else when the one under way ends. */
  private async checkpointNow(): Promise<string> {
    if (this.assembly === null) throw new RunError("the model is still being loaded");
    const last = this.finishedStep;
    if (this.stepBegan !== null) {
      this.checkpoints.want();
      return `step ${last + 1} is saved when it ends${this.checkpoints.has(last) ? `; step ${last} is saved` : ""}`;
    }
    if (last === 0) throw new RunError("no step is finished yet: there is nothing to save");
    if (this.checkpoints.has(last)) return `step ${last} is saved already`;
    await this.saveFinishedStep();
    return `step ${last} is saved`;
  }

  /** When the run ends between checkpoints, the last finished step gets one. */
  private async saveAtStop(): Promise<void> {
    // Without a model nothing was trained since the checkpoint that the run came from.
    if (this.assembly === null || this.finishedStep === 0 || this.checkpoints.has(this.finishedStep)) return;
    this.log("info", "engine", `saving step ${this.finishedStep}`);
    await this.saveFinishedStep();
  }

  private async saveFinishedStep(): Promise<void> {
    const { model } = this.assembled();
    this.enter("checkpoint", this.finishedStep);
    await this.checkpoints.add(this.finishedStep, (directory) => model.save(directory));
    this.phases.leave();
  }

  /** Evaluates the last finished step if the config wants so and it has not been done. */
  private async evaluateIfDue(): Promise<void> {
    const { config, database, parts, run } = this.options;
    const { every, benchmark } = config.evaluation;
    const step = this.finishedStep;
    if (every === 0 || step === 0 || step % every !== 0) return;
    if (evaluations(database, benchmark).some((evaluation) => evaluation.step === step)) return;
    this.enter("evaluate", step);
    const { generator, tokenizer, sandbox } = this.assembled();
    const { evaluation, samples } = await parts.evaluate({
      config,
      step,
      directory: run.path,
      generator,
      tokenizer,
      executor: sandbox,
      onProgress: (progress) => this.partProgress(progress),
      signal: this.gate.signal,
    });
    commitEvaluation(database, evaluation, samples);
    const seconds = this.phases.take().evaluate ?? 0;
    insertMetrics(database, step, {
      ...prefixed(`evaluation/${benchmark}`, evaluation.scores),
      "seconds/evaluate": seconds,
    });
    this.phases.leave();
    generator.take();
    const scores = Object.entries(evaluation.scores).map(([name, score]) => `${name} ${short(score)}`);
    this.log(
      "info",
      "evaluation",
      `${benchmark} at step ${step}: ${scores.join(", ")} (${short(seconds)} s)`,
    );
  }

  private hooks(step: number): SelfPlayHooks {
    return {
      signal: this.gate.signal,
      onPhase: (phase) => this.enter(phase, step),
      onProgress: ({ done, total, unit }) => {
        this.phases.report(done, total, unit);
        this.publisher.touch();
      },
      onLive: (live) => this.publisher.live(live),
      onLog: (level, message) => this.log(level, "selfplay", message),
    };
  }

  private partProgress({ done, total, unit, label }: PartProgress): void {
    if (label !== undefined && label !== this.partLabel) this.log("info", "engine", label);
    this.partLabel = label;
    this.phases.report(done, total, unit);
    this.publisher.touch();
  }

  /** Viewers see how the phase before came out, then the new one. */
  private enter(phase: Phase, step: number): void {
    this.publisher.now();
    this.phases.enter(phase, step);
    this.publisher.now();
  }

  /** Seconds by phase, tokens and memory since the last step, as figures. */
  private timings(): Record<string, number> {
    const { generator, model } = this.assembled();
    const { tokens, tokensPerSecond } = generator.take();
    return {
      ...prefixed("seconds", this.phases.take()),
      "generation/tokens": tokens,
      "generation/tokens_per_second": tokensPerSecond,
      "memory/active": model.memory.active,
      "memory/peak": model.memory.peak,
      "memory/resident": process.memoryUsage.rss(),
    };
  }

  private remaining(): number | null {
    const finished = metricSeries(this.options.database, "seconds/step", 200).flatMap(({ step, value }) =>
      value === null ? [] : [{ step, seconds: value }],
    );
    return remainingTime({
      finished,
      stepsLeft: this.options.config.steps - this.finishedStep,
      elapsedMs: this.stepBegan === null ? 0 : this.clock.now() - this.stepBegan,
    });
  }

  private paused(): void {
    this.clock.pause();
    this.assembly?.model.pause();
    this.setState("paused");
    this.log("info", "engine", "paused");
  }

  private resumed(): void {
    this.clock.resume();
    this.assembly?.model.resume();
    if (this.gate.signal.aborted) return;
    this.setState("running");
    this.log("info", "engine", "going on");
  }

  private setState(state: RunState): void {
    this.state = state;
    setRunState(this.options.database, state);
    this.publisher.now();
  }

  private assembled(): Assembly {
    if (!this.assembly) throw new RunError("the model is not loaded");
    return this.assembly;
  }
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
