import type { Role, TaskType } from "../interfaces/role.ts";
import { ROLES } from "../interfaces/role.ts";
import { SOLVE_RATE_BINS, solveRateBin } from "../runs/metric-names.ts";
import type { RolloutDraft } from "./outcome.ts";
import type { ProposalRollout } from "./proposing.ts";
import type { SolveRollout } from "./solving.ts";

/** Names of self-play's figures, documented in runs/metric-names.ts; one is absent where there is nothing to take it from. */
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
  proposals: readonly Pick<ProposalRollout, "type" | "group" | "redraws" | "given">[];
  /** Proposals that no prompt could be made to fit for. */
  leftOut: ReadonlyMap<TaskType, number>;
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
      mean(valid.flatMap((rollout) => rollout.components.learnability ?? [])),
    );
    figures.set(`propose/${type}/admitted`, step.admitted.get(type) ?? 0);
    const own = step.proposals.filter((p) => p.type === type);
    figures.set(`propose/${type}/redraws`, redraws(own));
    figures.set(`propose/${type}/left_out`, step.leftOut.get(type));
    const composites = own.filter((p) => p.given > 0).length;
    figures.set(`propose/${type}/composites`, composites || undefined);
    figures.set(
      `propose/${type}/unique`,
      uniqueShare(proposals.flatMap(({ programKey }) => programKey ?? [])),
    );
    const rates = step.newSolveRates.get(type) ?? [];
    for (const bin of SOLVE_RATE_BINS) {
      const count = rates.filter((rate) => solveRateBin(rate) === bin).length;
      figures.set(`propose/${type}/new_tasks/${bin}`, count);
    }
    const answers = step.answers.filter((answer) => answer.assignment.type === type);
    const last = answers.filter((answer) => answer.final);
    figures.set(`solve/${type}/solve_rate`, mean(last.map((answer) => (answer.grade.correct ? 1 : 0))));
    strategyFigures(figures, type, answers);
    figures.set(`solve/${type}/new_solve_rate`, mean(rates));
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
  const set = (name: string, value: number | undefined) => figures.set(`${role}/${type}/${name}`, value);
  const share = (condition: (rollout: RolloutDraft) => boolean) =>
    mean(rollouts.map((rollout) => (condition(rollout) ? 1 : 0)));
  // Of a role that is not trained, all of them show how it does.
  const learnt = rollouts.filter((rollout) => rollout.trajectory !== null);
  const rewarded = learnt.length > 0 ? learnt : rollouts;
  set("rollouts", rollouts.length);
  set("reward", mean(rewarded.map((rollout) => rollout.reward)));
  const components = new Set(rewarded.flatMap((rollout) => Object.keys(rollout.components)));
  for (const name of components)
    set(`component/${name}`, mean(rewarded.map((rollout) => rollout.components[name] ?? 0)));
  for (const part of ["promptTokens", "responseTokens"] as const) {
    const lengths = rollouts.map((rollout) => rollout[part]);
    const name = part === "promptTokens" ? "prompt_tokens" : "response_tokens";
    set(name, mean(lengths));
    set(`${name}_max`, lengths.length > 0 ? Math.max(...lengths) : undefined);
  }
  set(
    "cut",
    share(({ finish }) => finish === "length"),
  );
  set(
    "flagged",
    share(({ flags }) => flags.length > 0),
  );
  for (const [verdict, count] of Object.entries(tally(rollouts.map((rollout) => rollout.verdict))))
    set(`verdict/${verdict}`, count);
}

function strategyFigures(figures: Figures, type: TaskType, answers: readonly SolveRollout[]): void {
  const byStrategy = Map.groupBy(answers, ({ strategy }) => strategy);
  if (byStrategy.size === 1 && byStrategy.has("direct")) return;
  for (const [strategy, own] of byStrategy) {
    const name = `solve/${type}/strategy/${strategy}` as const;
    figures.set(`${name}/rate`, mean(own.map(({ grade }) => (grade.correct ? 1 : 0))));
    figures.set(`${name}/attempts`, own.length);
  }
  const checked = answers.flatMap(({ checks }) => (checks ? [checks.held / checks.all] : []));
  figures.set(`solve/${type}/own_checks`, mean(checked));
}

/** Counted once for all proposals of a prompt. */
function redraws(proposals: readonly Pick<ProposalRollout, "group" | "redraws">[]): number {
  return [...new Map(proposals.map((p) => [p.group, p.redraws])).values()].reduce((sum, n) => sum + n, 0);
}

/** How often each name occurs. */
export function tally(names: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Share of different keys; undefined of none. */
export function uniqueShare(keys: readonly string[]): number | undefined {
  return keys.length === 0 ? undefined : new Set(keys).size / keys.length;
}
