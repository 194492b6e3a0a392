import type { Config } from "../../config/schema.ts";
import { templateCount } from "../../config/template-share.ts";
import type { TaskType } from "../../interfaces/role.ts";
import type { Admission } from "../admission.ts";
import type { SolveRollout } from "../solving.ts";

/**
 * Whether each answer is right, by type, of those that a type's difficulty goes by. Where templates write tasks, the
 * answers to those and to what was drawn from the buffer: the model's own tasks are as hard as it likes. Where the
 * model writes them all, every answer: the references that it was shown were of the difficulty.
 */
export function measuredAnswers(
  { proposer, proposals }: Pick<Config["selfplay"], "proposer" | "proposals">,
  types: readonly TaskType[],
  { standings }: Admission,
  answers: readonly SolveRollout[],
): Map<TaskType, boolean[]> {
  const proposed = new Set(
    standings.flatMap(({ rollout, task }) => (rollout.origin === "proposed" && task ? [task.id] : [])),
  );
  return new Map(
    types.map((type) => {
      const byTemplates = templateCount(proposer, type, proposals) > 0;
      const measured = answers.filter(
        ({ assignment, final }) =>
          final && assignment.type === type && !(byTemplates && proposed.has(assignment.id)),
      );
      return [type, measured.map(({ grade }) => grade.correct)];
    }),
  );
}
