import { RunError } from "../errors/index.ts";
import type { CheckpointRecord, EventLevel } from "../runs/records.ts";
import type { Checkpointer } from "./checkpointer.ts";
import type { Gate } from "./gate.ts";
import type { ModelHost } from "./model-host.ts";
import type { PhaseTimer } from "./phase-timer.ts";
import type { Phase } from "./protocol.ts";
import { afterStep, type RunPosition } from "./run-position.ts";
import { short } from "./step-figures.ts";

export interface StepSaverOptions {
  checkpoints: Checkpointer;
  position: RunPosition;
  phases: PhaseTimer;
  gate: Gate;
  enter: (phase: Phase, step: number) => void;
  log: (level: EventLevel, source: string, message: string) => void;
}

/** Saves the model as a step left it: where that is due, is the best or the last, and where a viewer asks for it. */
export class StepSaver {
  constructor(private readonly options: StepSaverOptions) {}

  /** The checkpoint of the step under way, which belongs into its commit; undefined where none is due. */
  async saveDue(step: number, lastStep: number, model: ModelHost): Promise<CheckpointRecord | undefined> {
    const { checkpoints, enter } = this.options;
    if (!checkpoints.due(step, lastStep)) return undefined;
    enter("checkpoint", step);
    return await checkpoints.write(step, (directory) => model.save(directory));
  }

  /**
   * Saves the last finished step when no step is under way, else has the one under way saved when it ends; one sentence
   * about it. Raises RunError where nothing can be saved now.
   */
  async saveNow(model: ModelHost): Promise<string> {
    const { checkpoints, position, phases, gate } = this.options;
    const last = position.finished;
    if (position.underWay) {
      checkpoints.want();
      return `${afterStep(last + 1, "saved", gate.paused)}${checkpoints.has(last) ? `; step ${last} is saved` : ""}`;
    }
    if (last === 0) throw new RunError("no step is finished yet: there is nothing to save");
    if (checkpoints.has(last)) return `step ${last} is saved already`;
    if (gate.paused && phases.progress() !== null)
      throw new RunError(`the run is paused within the evaluation of step ${last}: go on first, then save`);
    await this.saveFinished(model);
    return `step ${last} is saved`;
  }

  /** When the run ends between checkpoints, the last finished step gets one. */
  async saveLast(model: ModelHost): Promise<void> {
    const { checkpoints, position, log } = this.options;
    if (position.finished === 0 || checkpoints.has(position.finished)) return;
    log("info", "engine", `saving step ${position.finished}`);
    await this.saveFinished(model);
  }

  /** Keeps the last finished step's checkpoint where it is the best so far. */
  async saveBest(model: ModelHost): Promise<void> {
    const { checkpoints, position, phases, enter, log } = this.options;
    const step = position.finished;
    const best = await checkpoints.keepBest(step, async (directory) => {
      enter("checkpoint", step);
      await model.save(directory);
      phases.leave();
    });
    if (best) log("info", "engine", `step ${step} is the best by ${best.metric}: ${short(best.value)}`);
  }

  private async saveFinished(model: ModelHost): Promise<void> {
    const { checkpoints, position, phases, gate, enter } = this.options;
    // Beside an evaluation that is under way, whose phase goes on.
    const alone = phases.progress() === null || gate.signal.aborted;
    if (alone) enter("checkpoint", position.finished);
    await checkpoints.add(position.finished, (directory) => model.save(directory));
    if (alone) phases.leave();
  }
}
