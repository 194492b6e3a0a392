import type { Config } from "../config/schema.ts";
import { TASK_TYPES, type TaskType } from "../interfaces/role.ts";
import type { TaskRecord } from "../runs/records.ts";
import type { Standing } from "./admission.ts";
import type { ProgramFigures } from "./program-figures.ts";
import { AnswerCounts } from "./rewards/answer-diversity.ts";
import { SkeletonUses } from "./rewards/novelty.ts";
import type { ProposalFigures } from "./rewards/term.ts";
import type { TaskBuffers } from "./task-buffers.ts";

/**
 * What the intrinsic terms know of a step's proposals: their programs, how often their skeletons were used, how
 * common their answers are. All of it follows from the run's tasks, so a resumed run figures the same.
 */
export class ProposalFigurer {
  private readonly uses: SkeletonUses;

  constructor(
    private readonly rules: Config["rewards"],
    private readonly buffers: TaskBuffers,
    tasks: readonly TaskRecord[],
  ) {
    this.uses = new SkeletonUses(rules.novelty.window, tasks);
  }

  /** One for each standing, in their order: a proposal counts as a use for those after it. */
  figuresOf(standings: readonly Standing[], programs: ProgramFigures, step: number): ProposalFigures[] {
    this.uses.enter(step);
    const inStep = new Map<string, number>();
    const answers = this.answerCounts();
    return standings.map(({ rollout, task }) => {
      const program = programs.get(rollout) ?? null;
      const skeleton = task?.skeleton ?? null;
      const uses = skeleton === null ? null : this.uses.of(skeleton) + (inStep.get(skeleton) ?? 0);
      if (skeleton !== null && rollout.origin === "proposed")
        inStep.set(skeleton, (inStep.get(skeleton) ?? 0) + 1);
      const surprise = (task && answers.get(rollout.type)?.surprise(rollout.type, task.task)) ?? null;
      return { program, skeletonUses: uses, surprise };
    });
  }

  /** Takes in the tasks of a finished step. */
  learn(tasks: readonly TaskRecord[]): void {
    for (const task of tasks) this.uses.add(task);
  }

  /** By type; empty where no reward asks for them. */
  private answerCounts(): Map<TaskType, AnswerCounts> {
    const { coefficient, of } = this.rules.answer_diversity;
    if (coefficient === 0) return new Map();
    const types = TASK_TYPES.filter((type) => this.buffers.has(type));
    return new Map(types.map((type) => [type, new AnswerCounts(type, this.buffers.of(type).tasks(), of)]));
  }
}
