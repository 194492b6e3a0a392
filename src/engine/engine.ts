import { join } from "node:path";
import { RunError } from "../errors/index.ts";
import type { PlannedConfig } from "../runs/change-config.ts";
import { commitStep } from "../runs/commit.ts";
import type { RunDatabase } from "../runs/database.ts";
import { setMachine } from "../runs/machine.ts";
import { metricSeries } from "../runs/queries/metrics.ts";
import { verifiedSolutions } from "../runs/queries/rollouts.ts";
import { isSeeded } from "../runs/queries/steps.ts";
import { allTasks } from "../runs/queries/tasks.ts";
import type { CheckpointRecord, EventLevel, RunState } from "../runs/records.ts";
import type { RunDirectory } from "../runs/run-directory.ts";
import { setRunState, setTotalSteps } from "../runs/state.ts";
import { Assembly } from "./assembly.ts";
import { Checkpointer } from "./checkpointer.ts";
import { Gate, StopRequest, unlessAborted } from "./gate.ts";
import { LiveSettings } from "./live-settings.ts";
import { gatherMachineFacts } from "./machine-facts.ts";
import type { EngineParts, PartProgress } from "./parts.ts";
import { PhaseTimer } from "./phase-timer.ts";
import type { Command, Phase, ServerMessage, Snapshot, Viewers } from "./protocol.ts";
import { Publisher } from "./publisher.ts";
import { Readings } from "./readings.ts";
import { RunClock } from "./run-clock.ts";
import { RunLog } from "./run-log.ts";
import { RunPosition } from "./run-position.ts";
import { RunSettings } from "./run-settings.ts";
import { StepEvaluations } from "./step-evaluations.ts";
import { short, summarise, withStep } from "./step-figures.ts";
import { StepSaver } from "./step-saver.ts";
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
  private readonly position: RunPosition;
  private readonly readings: Readings;
  private readonly publisher: Publisher;
  private readonly lines: RunLog;
  private readonly settings: RunSettings;
  private readonly live: LiveSettings;
  private readonly checkpoints: Checkpointer;
  private readonly saver: StepSaver;
  private readonly evaluations: StepEvaluations;
  private assembly: Assembly | null = null;
  private state: RunState = "running";
  private partLabel: string | undefined;

  constructor(private readonly options: EngineOptions) {
    const { run, database, parts } = options;
    const { clock, phases } = this;
    const position = new RunPosition(clock, options.from.step);
    const gate = new Gate({ onPause: () => this.paused(), onResume: () => this.resumed() });
    const settings = new RunSettings(run, database, options.planned);
    const config = () => settings.current;
    const enter = (phase: Phase, step: number) => this.enter(phase, step);
    const log = (level: EventLevel, source: string, message: string) => this.log(level, source, message);
    this.position = position;
    this.gate = gate;
    this.settings = settings;
    this.readings = new Readings({
      ...{ database, position, phases },
      state: () => this.state,
      totalSteps: () => this.totalSteps,
      viewers: options.viewers,
      assembly: () => this.assembly,
      signal: gate.signal,
    });
    this.publisher = new Publisher(options.send, () => this.snapshot());
    this.lines = new RunLog(database, options.send);
    this.checkpoints = new Checkpointer(database, run.checkpointsPath, config);
    this.saver = new StepSaver({ checkpoints: this.checkpoints, position, phases, gate, enter, log });
    this.live = new LiveSettings({
      ...{ settings, position, database, parts, log },
      lines: this.lines,
      signal: gate.signal,
    });
    this.evaluations = new StepEvaluations({
      ...{ config, database, parts, position, phases, enter, log },
      directory: run.path,
      signal: gate.signal,
      onProgress: (progress) => this.partProgress(progress),
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
        await this.step(this.position.finished + 1);
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
    const { reason } = this.gate.signal;
    if (reason instanceof RunError) throw reason;
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
        return `going on to the end of step ${this.position.finished + 1}`;
      case "checkpoint":
        return await this.saver.saveNow(this.loaded().model);
      case "stop":
        this.stop(`stopped by ${by}`);
        return `ending; step ${this.position.finished} is the last one kept`;
    }
  }

  /** Ends the work under way and the run. */
  stop(reason: string): void {
    this.gate.stop(reason);
    // Who leaves now is to know it, whoever stopped it.
    this.publisher.now();
  }

  /** Ends the work under way and the run, which fails with the error: nothing more is saved. */
  abandon(error: RunError): void {
    this.gate.abandon(error);
  }

  /** One line to the viewers, the database and engine.log. */
  log(level: EventLevel, source: string, message: string): void {
    this.lines.line(this.position.begun, level, source, message);
  }

  snapshot(): Snapshot {
    return this.readings.snapshot();
  }

  private async load(): Promise<void> {
    const { parts, database, run, from } = this.options;
    this.enter("load", this.position.finished);
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
    if (trainer.steps < this.position.finished) {
      throw new RunError(
        `the run has ${this.position.finished} finished steps, and ${trainer.steps} are fewer`,
        {
          mend: "Give a larger number with --steps or --epochs.",
        },
      );
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
    this.store(0, startedAt, {
      ...done,
      metrics: { ...done.metrics, ...this.readings.take(this.assembled()) },
    });
    this.phases.leave();
  }

  /**
   * Waits until the next step may begin, with the settings that are in force for it, and evaluates meanwhile where
   * that is wanted. False when no step is left.
   */
  private async ready(): Promise<boolean> {
    for (;;) {
      for (let config = this.live.due; config !== null; config = this.live.due) {
        await this.live.adopt(config, this.assembled());
        this.publisher.touch();
      }
      if (this.position.finished >= this.totalSteps) return false;
      if (this.evaluations.isAsked) await this.whilePaused(() => this.measure());
      else if ((await this.gate.opened()) && this.live.due === null) return true;
    }
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
    const assembly = this.assembled();
    await this.evaluations.measure(assembly);
    await this.saver.saveBest(assembly.model);
  }

  private async step(step: number): Promise<void> {
    const assembly = this.assembled();
    const { model, trainer } = assembly;
    const startedAt = Date.now();
    this.position.begin();
    this.phases.take();
    await model.resetPeak();
    try {
      const done = await trainer.step(step, this.hooks(step));
      // From here on the weights are this step's: it is finished whatever a viewer asks for.
      const checkpoint = await this.saver.saveDue(step, this.totalSteps, model);
      const { unique_steps: steps } = this.settings.current.signals;
      const metrics = {
        ...done.metrics,
        ...uniqueRecent(this.options.database, { step, steps, rollouts: done.rollouts }),
        ...withStep(this.readings.take(assembly), this.position.elapsedMs / 1000),
      };
      this.commit(step, startedAt, { ...done, metrics }, checkpoint);
    } finally {
      this.position.end();
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
    this.position.finished = step;
    this.publisher.now();
    this.phases.leave();
    if (checkpoint) this.checkpoints.prune();
    this.options.send({ kind: "step", step, metrics });
    this.publisher.now();
    this.position.end();
    this.log("info", "engine", summarise(step, this.totalSteps, metrics, this.readings.remainingMs()));
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
    this.readings.committed();
  }

  private async set(key: string, value: string, by: string): Promise<string> {
    const said = await this.live.set(key, value, by, this.loaded());
    if (!this.position.underWay) this.gate.nudge();
    return said;
  }

  private evaluateNow(): string {
    this.loaded();
    const said = this.evaluations.ask(this.gate.paused);
    if (!this.position.underWay) this.gate.nudge();
    return said;
  }

  /** Without a model nothing was trained since the checkpoint that the run came from. */
  private async saveLast(): Promise<void> {
    if (this.assembly !== null) await this.saver.saveLast(this.assembly.model);
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
        this.readings.updateRate = tokensPerSecond;
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

  /** For a viewer, who asks while it is loaded as well. Raises RunError. */
  private loaded(): Assembly {
    if (!this.assembly) throw new RunError("the model is still being loaded");
    return this.assembly;
  }
}
