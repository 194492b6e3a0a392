import { join } from "node:path";
import { evaluates } from "../config/sections/evaluation.ts";
import { AzrError, RunError } from "../errors/index.ts";
import type { PlannedConfig } from "../runs/change-config.ts";
import { commitStep } from "../runs/commit.ts";
import type { RunDatabase } from "../runs/database.ts";
import { setMachine } from "../runs/machine.ts";
import { flagTotals, metricSeries } from "../runs/queries/metrics.ts";
import { verifiedSolutions } from "../runs/queries/rollouts.ts";
import { isSeeded } from "../runs/queries/steps.ts";
import { allTasks } from "../runs/queries/tasks.ts";
import type { CheckpointRecord, EventLevel, RunState } from "../runs/records.ts";
import type { RunDirectory } from "../runs/run-directory.ts";
import { setRunState, setTotalSteps } from "../runs/state.ts";
import { Assembly } from "./assembly.ts";
import { Checkpointer } from "./checkpointer.ts";
import { Evaluator } from "./evaluator.ts";
import { Gate, StopRequest, unlessAborted } from "./gate.ts";
import { gatherMachineFacts } from "./machine-facts.ts";
import { NO_MEMORY } from "./model-messages.ts";
import type { EngineParts, PartProgress } from "./parts.ts";
import { PhaseTimer } from "./phase-timer.ts";
import type { Command, Phase, ServerMessage, Snapshot, Viewers } from "./protocol.ts";
import { Publisher } from "./publisher.ts";
import { remainingTime } from "./remaining-time.ts";
import { RunClock } from "./run-clock.ts";
import { RunLog } from "./run-log.ts";
import { RunSettings } from "./run-settings.ts";
import { prefixed, sandboxFigures, short, summarise, withStep } from "./step-figures.ts";
import type { TrainerHooks, TrainerStep } from "./trainer.ts";
import { uniqueRecent } from "./unique-programs.ts";

export interface EngineOptions {
  run: RunDirectory;
  /** The settings to begin with, and those that come into force at later steps. */
  planned: PlannedConfig;
  /** Open for writing, claimed by this process, and taken back to `from.step`. */
  database: RunDatabase;
  /** Where the run goes on; step 0 and no checkpoint for a new one. */
  from: { step: number; checkpoint: CheckpointRecord | null };
  parts: EngineParts;
  /** Called when everything is loaded: the run goes on with this config. */
  onLoaded: () => void;
  /** Sends a message to every viewer. */
  send: (message: ServerMessage) => void;
  /** Who watches. */
  viewers: () => Viewers;
}

/** What the engine does itself; who drives is settled by the control socket. */
export type EngineCommand = Exclude<Command, { command: "drive" }>;

/** How a run ended without an error. */
export interface Ending {
  state: Extract<RunState, "finished" | "stopped">;
  reason: string;
}

/**
 * The training loop of one run: a trainer's step, checkpoint and commit, one after the other; pausing and ending
 * as its viewers ask. Every finished step is in the database with the checkpoint that belongs to it.
 */
export class Engine {
  private readonly gate: Gate;
  private readonly clock = new RunClock();
  private readonly phases = new PhaseTimer(this.clock);
  private readonly publisher: Publisher;
  private readonly lines: RunLog;
  private readonly checkpoints: Checkpointer;
  private readonly evaluator: Evaluator;
  private assembly: Assembly | null = null;
  private state: RunState = "running";
  /** The last finished step. */
  private finishedStep: number;
  private stepBegan: number | null = null;
  private updateRate = 0;
  /** Safety flags by name, as of the last commit; null when they are to be read anew. */
  private storedFlags: Record<string, number> | null = null;
  private partLabel: string | undefined;
  private readonly settings: RunSettings;
  /** The last finished step is to be evaluated whether it is due or not. */
  private evaluationWanted = false;

  constructor(private readonly options: EngineOptions) {
    this.settings = new RunSettings(options.run, options.database, options.planned);
    const config = () => this.settings.current;
    this.finishedStep = options.from.step;
    this.gate = new Gate({ onPause: () => this.paused(), onResume: () => this.resumed() });
    this.publisher = new Publisher(options.send, () => this.snapshot());
    this.lines = new RunLog(options.database, options.send);
    this.checkpoints = new Checkpointer(options.database, options.run.checkpointsPath, config);
    this.evaluator = new Evaluator({
      config,
      database: options.database,
      parts: options.parts,
      directory: options.run.path,
      signal: this.gate.signal,
      onProgress: (progress) => this.partProgress(progress),
      onBegin: (step) => this.beginEvaluation(step),
      onLine: (source, line) => this.log("info", source, line),
    });
  }

  /** Runs to the last step, or until it is stopped. Rejects with what went wrong. */
  async run(): Promise<Ending> {
    try {
      this.setState("running");
      this.checkpoints.final(false);
      await this.load();
      await this.gate.pass();
      await this.begin();
      await this.measure();
      while (await this.ready()) {
        await this.step(this.finishedStep + 1);
        await this.measure();
        this.gate.stepDone();
      }
      // A run that was made shorter has its last step only now.
      await this.measure();
      await this.saveLast();
      this.checkpoints.final(true);
      return { state: "finished", reason: `all ${this.totalSteps} steps are done` };
    } catch (error) {
      if (!(error instanceof StopRequest)) throw error;
      await this.saveLast();
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

  /** Does what a viewer asked for; one sentence about it. Raises an AzrError when it makes no sense now. */
  async command(command: EngineCommand, by: string): Promise<string> {
    switch (command.command) {
      case "pause":
        this.gate.pause();
        return "paused";
      case "resume":
        this.gate.resume();
        return "going on";
      case "set":
        return await this.set(command.key, command.value, by);
      case "evaluate":
        return this.evaluateNow();
      case "step":
        this.gate.step();
        return `going on to the end of step ${this.finishedStep + 1}`;
      case "checkpoint":
        return await this.checkpointNow();
      case "stop":
        this.stop(`stopped by ${by}`);
        return `ending; step ${this.finishedStep} is the last one kept`;
    }
  }

  /** Ends the work under way and the run. */
  stop(reason: string): void {
    this.gate.stop(reason);
  }

  /** One line to the viewers, the database and engine.log. */
  log(level: EventLevel, source: string, message: string): void {
    this.lines.line(this.begun, level, source, message);
  }

  snapshot(): Snapshot {
    const { viewers } = this.options;
    const counts = this.assembly?.sandbox?.counts();
    const memory = this.assembly?.model.memory ?? NO_MEMORY;
    return {
      state: this.state,
      step: this.finishedStep,
      totalSteps: this.totalSteps,
      pid: process.pid,
      progress: this.phases.progress(),
      generationRate: this.assembly?.generator.rate ?? 0,
      updateRate: this.updateRate,
      sandbox: {
        backend: this.assembly?.sandbox?.backend ?? "",
        running: counts?.running ?? 0,
        queued: counts?.queued ?? 0,
        idle: counts?.idleWorkers ?? 0,
        finished: counts?.finished ?? 0,
        verdicts: { ...counts?.verdicts },
        latencyMs: this.assembly?.sandbox?.latency() ?? null,
      },
      flags: this.flags(),
      memory: { ...memory, resident: process.memoryUsage.rss() },
      etaMs: this.remaining(),
      viewers: viewers(),
    };
  }

  /** Safety flags of the whole run: the stored ones, and those of the step under way. */
  private flags(): Record<string, number> {
    this.storedFlags ??= flagTotals(this.options.database);
    const flags = { ...this.storedFlags };
    for (const [flag, count] of Object.entries(this.assembly?.sandbox?.flags ?? {}))
      flags[flag] = (flags[flag] ?? 0) + count;
    return flags;
  }

  private async load(): Promise<void> {
    const { parts, database, run, from } = this.options;
    this.enter("load", this.finishedStep);
    const began = this.clock.now();
    const opening = Assembly.open({
      config: this.settings.current,
      parts,
      clock: this.clock,
      directory: run.path,
      checkpoint: from.checkpoint && join(run.checkpointsPath, from.checkpoint.directory),
      store: {
        tasks: () => allTasks(database),
        metrics: (name, steps) => metricSeries(database, name, steps),
        solutions: (count) => verifiedSolutions(database, count),
      },
      onProgress: (progress) => this.partProgress(progress),
      onLine: (line) => this.log("info", "engine", line),
    });
    // A stop does not wait for a download or a long load.
    this.assembly = await unlessAborted(opening, this.gate.signal);
    const { model, sandbox, trainer } = this.assembly;
    if (trainer.steps < this.finishedStep) {
      throw new RunError(`the run has ${this.finishedStep} finished steps, and ${trainer.steps} are fewer`, {
        mend: "Give a larger number with --steps or --epochs.",
      });
    }
    this.options.onLoaded();
    setMachine(database, await gatherMachineFacts(this.assembly));
    setTotalSteps(database, trainer.steps);
    if (this.gate.paused) model.pause();
    const { name, architecture, layers, backend } = model.info;
    this.log(
      "info",
      "engine",
      `${name} (${architecture}, ${layers} layers) loaded on ${backend} in ` +
        `${short((this.clock.now() - began) / 1000)} s; ${sandbox ? `sandbox ${sandbox.backend}` : "no sandbox: nothing is executed"}`,
    );
    this.phases.leave();
    this.phases.take();
  }

  private async begin(): Promise<void> {
    const { database } = this.options;
    const { begin } = this.assembled().trainer;
    if (begin === null || isSeeded(database)) return;
    const startedAt = Date.now();
    this.enter("seed", 0);
    const done = await begin(this.hooks(0));
    this.store(0, startedAt, { ...done, metrics: { ...done.metrics, ...this.timings() } });
    this.phases.leave();
  }

  /**
   * Waits until the next step may begin, with the settings that are in force for it, and evaluates meanwhile where
   * that is wanted. False when no step is left.
   */
  private async ready(): Promise<boolean> {
    const due = () => this.settings.due(this.finishedStep + 1);
    for (;;) {
      for (let config = due(); config !== null; config = due()) await this.adopt(config);
      if (this.finishedStep >= this.totalSteps) return false;
      if (this.evaluationWanted) await this.whilePaused(() => this.measure());
      else if ((await this.gate.opened()) && due() === null) return true;
    }
  }

  /** Puts settings in force. Where that fails, the run goes on with those that it has. */
  private async adopt(config: PlannedConfig["config"]): Promise<void> {
    const { settings } = this;
    const assembly = this.assembled();
    try {
      await assembly.adopt(config);
      this.log("info", "config", `in force from now on: ${settings.adopt(config)}`);
    } catch (error) {
      if (!(error instanceof AzrError) || this.gate.signal.aborted) throw error;
      this.log("error", "config", `the settings stay as they are: ${error.message}`);
      settings.reject(this.finishedStep + 1);
      return;
    }
    setTotalSteps(this.options.database, assembly.trainer.steps);
    this.publisher.touch();
  }

  /** Work of its own beside a pause, which goes on after it. */
  private async whilePaused(work: () => Promise<void>): Promise<void> {
    const { model } = this.assembled();
    this.clock.resume();
    model.resume();
    try {
      await work();
    } finally {
      if (this.gate.paused && !this.gate.signal.aborted) {
        this.clock.pause();
        model.pause();
      }
    }
  }

  /** Measures the last finished step where that is due or wanted, and keeps its checkpoint when it is the best. */
  private async measure(): Promise<void> {
    const [step, assembly] = [this.finishedStep, this.assembled()];
    await this.evaluator.measure(step, assembly);
    if (this.evaluationWanted) await this.measureWanted(step, assembly);
    const best = await this.checkpoints.keepBest(step, async (directory) => {
      this.enter("checkpoint", step);
      await assembly.model.save(directory);
      this.phases.leave();
    });
    if (best) this.log("info", "engine", `step ${step} is the best by ${best.metric}: ${short(best.value)}`);
  }

  /** An evaluation that somebody asked for and that fails does not end the run. */
  private async measureWanted(step: number, assembly: Assembly): Promise<void> {
    try {
      await this.evaluator.measureNow(step, assembly);
    } catch (error) {
      if (!(error instanceof AzrError) || this.gate.signal.aborted) throw error;
      this.phases.leave();
      this.log("error", "evaluation", `step ${step} could not be evaluated: ${error.message}`);
    } finally {
      this.evaluationWanted = false;
    }
  }

  private async step(step: number): Promise<void> {
    const { model, trainer } = this.assembled();
    const startedAt = Date.now();
    const began = this.clock.now();
    this.stepBegan = began;
    this.phases.take();
    await model.resetPeak();
    try {
      const done = await trainer.step(step, this.hooks(step));
      // From here on the weights are this step's: it is finished whatever a viewer asks for.
      const due = this.checkpoints.due(step, this.totalSteps);
      const checkpoint = due ? await this.writeCheckpoint(step) : undefined;
      const { unique_steps: steps } = this.settings.current.signals;
      const metrics = {
        ...done.metrics,
        ...uniqueRecent(this.options.database, { step, steps, rollouts: done.rollouts }),
        ...withStep(this.timings(), (this.clock.now() - began) / 1000),
      };
      this.commit(step, startedAt, { ...done, metrics }, checkpoint);
    } finally {
      this.stepBegan = null;
    }
  }

  private commit(
    step: number,
    startedAt: number,
    done: TrainerStep,
    checkpoint: CheckpointRecord | undefined,
  ): void {
    this.store(step, startedAt, done, checkpoint);
    const { metrics } = done;
    this.finishedStep = step;
    this.publisher.now();
    this.phases.leave();
    if (checkpoint) this.checkpoints.prune();
    this.options.send({ kind: "step", step, metrics });
    this.publisher.now();
    this.stepBegan = null;
    this.log("info", "engine", summarise(step, this.totalSteps, metrics, this.remaining()));
  }

  private store(step: number, startedAt: number, done: TrainerStep, checkpoint?: CheckpointRecord): void {
    commitStep(this.options.database, {
      ...done,
      step,
      startedAt,
      finishedAt: Date.now(),
      ...(checkpoint ? { checkpoint } : {}),
      keepCheckpoints: this.settings.current.checkpoints.keep,
    });
    this.storedFlags = null;
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
    if (this.gate.paused && this.phases.progress() !== null)
      throw new RunError(`the run is paused within the evaluation of step ${last}: go on first, then save`);
    await this.saveFinishedStep();
    return `step ${last} is saved`;
  }

  /** In force from the next step on. */
  private async set(key: string, value: string, by: string): Promise<string> {
    if (this.assembly === null) throw new RunError("the model is still being loaded");
    const { evaluation } = this.settings.newest;
    const changed = this.settings.changed(key, value, this.begun);
    this.assembly.check(changed);
    const wanted = changed.evaluation;
    // Now, while it can be refused: data that is missing when a step is to be measured would end the run.
    if (
      evaluates(wanted) &&
      !(evaluates(evaluation) && Bun.deepEquals(wanted.benchmarks, evaluation.benchmarks))
    )
      await this.options.parts.prepareEvaluation(wanted.benchmarks);
    // Steps may have gone by.
    const { begun } = this;
    const said = this.settings.plan(this.settings.changed(key, value, begun), { step: begun + 1, by });
    this.lines.tell("info", "config", `${said} (${by})`);
    if (this.stepBegan === null) this.gate.nudge();
    return said;
  }

  /** The last step that is finished or under way. */
  private get begun(): number {
    return this.stepBegan === null ? this.finishedStep : this.finishedStep + 1;
  }

  /** The last finished step when no step is under way, else the one under way when it ends. */
  private evaluateNow(): string {
    if (this.assembly === null) throw new RunError("the model is still being loaded");
    const names = this.settings.current.evaluation.benchmarks.join(", ");
    const last = this.finishedStep;
    if (this.evaluationWanted) throw new RunError("an evaluation is asked for already");
    if (this.stepBegan === null && this.evaluator.missing(last).length === 0)
      throw new RunError(`step ${last} is evaluated already: ${names}`);
    this.evaluationWanted = true;
    if (this.stepBegan !== null) return `step ${last + 1} is evaluated when it ends: ${names}`;
    this.gate.nudge();
    return `step ${last} is evaluated: ${names}`;
  }

  /** When the run ends between checkpoints, the last finished step gets one. */
  private async saveLast(): Promise<void> {
    // Without a model nothing was trained since the checkpoint that the run came from.
    if (this.assembly === null || this.finishedStep === 0 || this.checkpoints.has(this.finishedStep)) return;
    this.log("info", "engine", `saving step ${this.finishedStep}`);
    await this.saveFinishedStep();
  }

  private async saveFinishedStep(): Promise<void> {
    const { model } = this.assembled();
    // Beside an evaluation that is under way, whose phase goes on.
    const alone = this.phases.progress() === null || this.gate.signal.aborted;
    if (alone) this.enter("checkpoint", this.finishedStep);
    await this.checkpoints.add(this.finishedStep, (directory) => model.save(directory));
    if (alone) this.phases.leave();
  }

  /** Enters the phase; the returned function leaves it and gives its seconds. */
  private beginEvaluation(step: number): () => number {
    this.phases.take();
    this.enter("evaluate", step);
    return () => {
      const seconds = this.phases.take().evaluate ?? 0;
      this.phases.leave();
      this.phases.take();
      return seconds;
    };
  }

  private hooks(step: number): TrainerHooks {
    return {
      signal: this.gate.signal,
      onPhase: (phase) => this.enter(phase, step),
      onProgress: ({ done, total, unit }) => {
        this.phases.report(done, total, unit);
        this.publisher.touch();
      },
      onUpdate: ({ tokens, total, tokensPerSecond }) => {
        this.updateRate = tokensPerSecond;
        this.phases.report(tokens, total, "tokens");
        this.publisher.touch();
      },
      onLive: (live) => this.publisher.live(live),
      onLog: (level, message) => this.log(level, "training", message),
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
    const { generator, model, sandbox } = this.assembled();
    const { tokens, seconds, tokensPerSecond } = generator.take();
    return {
      ...prefixed("seconds", this.phases.take()),
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

  private remaining(): number | null {
    const finished = metricSeries(this.options.database, "seconds/step", 200).flatMap(({ step, value }) =>
      value === null ? [] : [{ step, seconds: value }],
    );
    return remainingTime({
      finished,
      stepsLeft: this.totalSteps - this.finishedStep,
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

  /** Known once the trainer is. */
  private get totalSteps(): number {
    return this.assembly?.trainer.steps ?? this.settings.current.steps;
  }

  private assembled(): Assembly {
    if (!this.assembly) throw new RunError("the model is not loaded");
    return this.assembly;
  }
}
