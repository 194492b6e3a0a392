import type { EvaluationResult } from "../../src/evaluation/result.ts";
import { differenceOfFew, mean, meanDifference } from "../parts/mean.ts";
import { percent, points } from "../parts/points.ts";
import { byProblem } from "./pooled.ts";

export const COMPARISON_HEAD = [
  "variant",
  "score",
  "before",
  "after",
  "seeds",
  "difference (over problems)",
  "difference (over seeds)",
];

/** Lines of a table: a variant's results, seed by seed, beside others' of the same problems; all, and each group. */
export function comparisonRows(
  name: string,
  results: readonly EvaluationResult[],
  baselines: readonly EvaluationResult[],
  k: number,
): string[][] {
  const groups = new Map(results.flatMap(({ outcomes }) => outcomes.map(({ id, group }) => [id, group])));
  const base = byProblem(baselines, k);
  const after = byProblem(results, k);
  const eachAlone = (all: readonly EvaluationResult[]) => all.map((single) => byProblem([single], k));
  const [seeds, starts] = [eachAlone(results), eachAlone(baselines)];
  const all = groupsOf(groups);
  return all.map((type) => {
    const problems = [...base.keys()].filter((id) => type === "all" || groups.get(id) === type);
    const values = (of: Map<string, number>) => problems.map((id) => of.get(id) ?? Number.NaN);
    const own = seeds.map((seed) => mean(values(seed)));
    const before = mean(values(base));
    const overSeeds = differenceOfFew(
      own,
      starts.map((start) => mean(values(start))),
    );
    return [
      name,
      type,
      percent(before),
      percent(mean(own)),
      own.map(percent).join(" "),
      points(meanDifference(values(after), values(base))),
      overSeeds ? points(overSeeds) : "",
    ];
  });
}

/** `all`, and the groups of problems where there are several. */
function groupsOf(groups: ReadonlyMap<string, string | undefined>): string[] {
  const all = [...new Set(groups.values())].flatMap((group) => group ?? []);
  return ["all", ...(all.length > 1 ? all : [])];
}
