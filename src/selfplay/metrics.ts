import type { Role, TaskType } from "../interfaces/role.ts";
import { ROLES } from "../interfaces/role.ts";
import type { RolloutDraft } from "./outcome.ts";
import { normalisedProgram } from "./program.ts";
import type { ProposalRollout } from "./proposing.ts";
import type { SolveRollout } from "./solving.ts";
import { taskKey } from "./task-buffer.ts";

/**
 * Names of self-play's figures. `<role>` is propose or solve, `<type>` a task type; a figure is absent in a
 * step that has nothing to take it from (a mean over no rollouts).
 *
 * | name | figure |
 * |---|---|
 * | `<role>/<type>/reward` | mean reward of the rollouts that are trained on |
 * | `<role>/<type>/rollouts` | rollouts, estimates included |
 * | `<role>/<type>/response_tokens` | mean sampled tokens of a rollout |
 * | `<role>/<type>/cut` | share of rollouts that ended at max_tokens |
 * | `<role>/<type>/verdict/<verdict>` | rollouts with this verdict |
 * | `propose/<type>/validity` | share of proposals that execution confirmed |
 * | `propose/<type>/learnability` | mean learnability reward of valid proposals |
 * | `propose/<type>/admitted` | tasks admitted to the buffer |
 * | `propose/<type>/distinct` | share of different programs (induction: programs with inputs) among those read |
 * | `solve/<type>/solve_rate` | share of right answers, estimates included |
 * | `solve/<type>/new_solve_rate` | mean solve rate of this step's new tasks |
 * | `propose/<type>/redraws` | prompts that did not fit and were drawn again |
 * | `propose/<type>/composites` | proposals that had to call given functions (absent when composites are off) |
 * | `buffer/<type>/tasks` | tasks in the buffer |
 */
export type MetricName = `${Role | "buffer"}/${TaskType}/${string}`;

export type Metrics = Record<string, number>;

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

class Figures {
  readonly values: Metrics = {};

  set(name: MetricName, value: number | undefined): void {
    if (value !== undefined) this.values[name] = value;
  }
}

/** Figures of a step, from what is stored of it and what only the step knows. */
export function stepMetrics(step: {
  types: readonly TaskType[];
  rollouts: readonly RolloutDraft[];
  proposals: readonly ProposalRollout[];
  answers: readonly SolveRollout[];
  admitted: ReadonlyMap<TaskType, number>;
  newSolveRates: ReadonlyMap<TaskType, readonly number[]>;
  bufferSizes: ReadonlyMap<TaskType, number>;
}): Metrics {
  const figures = new Figures();
  for (const type of step.types) {
    for (const role of ROLES) {
      rolloutFigures(
        figures,
        role,
        type,
        step.rollouts.filter((r) => r.role === role && r.type === type),
      );
    }
    const proposals = step.rollouts.filter((r) => r.role === "propose" && r.type === type);
    const valid = proposals.filter((rollout) => rollout.verdict === "ok");
    figures.set(`propose/${type}/validity`, proposals.length ? valid.length / proposals.length : undefined);
    figures.set(
      `propose/${type}/learnability`,
      mean(valid.map((rollout) => rollout.components.learnability ?? 0)),
    );
    figures.set(`propose/${type}/admitted`, step.admitted.get(type) ?? 0);
    const own = step.proposals.filter((p) => p.type === type);
    figures.set(`propose/${type}/distinct`, distinctShare(own));
    figures.set(`propose/${type}/redraws`, redraws(own));
    const composites = own.filter((p) => p.given > 0).length;
    figures.set(`propose/${type}/composites`, composites || undefined);
    const answers = step.answers.filter((answer) => answer.assignment.type === type);
    figures.set(`solve/${type}/solve_rate`, mean(answers.map((answer) => (answer.grade.correct ? 1 : 0))));
    figures.set(`solve/${type}/new_solve_rate`, mean(step.newSolveRates.get(type) ?? []));
    figures.set(`buffer/${type}/tasks`, step.bufferSizes.get(type));
  }
  return figures.values;
}

function rolloutFigures(
  figures: Figures,
  role: Role,
  type: TaskType,
  rollouts: readonly RolloutDraft[],
): void {
  const trained = rollouts.filter((rollout) => rollout.trajectory !== null);
  figures.set(`${role}/${type}/reward`, mean(trained.map((rollout) => rollout.reward)));
  figures.set(`${role}/${type}/rollouts`, rollouts.length);
  figures.set(`${role}/${type}/response_tokens`, mean(rollouts.map((rollout) => rollout.responseTokens)));
  figures.set(`${role}/${type}/cut`, mean(rollouts.map((rollout) => (rollout.finish === "length" ? 1 : 0))));
  const verdicts = new Map<string, number>();
  for (const { verdict } of rollouts) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  for (const [verdict, count] of verdicts) figures.set(`${role}/${type}/verdict/${verdict}`, count);
}

/** Counted once for all proposals of a prompt. */
function redraws(proposals: readonly ProposalRollout[]): number {
  return [...new Map(proposals.map((p) => [p.group, p.redraws])).values()].reduce((sum, n) => sum + n, 0);
}

function distinctShare(proposals: readonly ProposalRollout[]): number | undefined {
  const programs = proposals.flatMap(({ type, proposal }) => {
    if (!proposal) return [];
    return [type === "induction" ? taskKey(proposal) : normalisedProgram(proposal.program)];
  });
  return programs.length === 0 ? undefined : new Set(programs).size / programs.length;
}
