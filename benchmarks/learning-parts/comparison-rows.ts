import { halfWidthOfDifference, halfWidthOfMean, mean, meanDifference, widened } from "../parts/mean.ts";
import { percent, points } from "../parts/points.ts";
import { pooled } from "./pooled.ts";

/** The columns of a table whose models are held against another, and what the two are called. */
export function comparisonHead([one, other]: readonly [string, string]): string[] {
  return ["variant", "score", one, other, "seeds", "difference"];
}

/** Pass@k of each problem, of several models. */
type Scores = readonly (readonly number[])[];

/** What a variant's models are held against: the start model, of which there is one, or another variant's. */
export interface Baseline {
  scores: Scores;
  isStart: boolean;
}

/**
 * Lines of a table: a variant's models beside a baseline, of the same problems; all, and each group that any model has
 * something of. `groups` holds each problem's; what has none is left out.
 */
export function comparisonRows(
  variant: string,
  after: Scores,
  { scores: before, isStart }: Baseline,
  groups: readonly (string | null)[],
): string[][] {
  const names = [...new Set(groups)].filter((group) => group !== null);
  return (names.length > 1 ? [null, ...names] : [null]).flatMap((name) => {
    const isOwn = (i: number) => (name === null ? groups[i] !== null : groups[i] === name);
    const own = (all: Scores) => all.map((scores) => scores.filter((_, i) => isOwn(i)));
    const [models, others] = [own(after), own(before)];
    const [seeds, starts] = [models.map(mean), others.map(mean)];
    if ([...seeds, ...starts].every((score) => score === 0)) return [];
    const overSeeds = isStart ? halfWidthOfMean(seeds) : halfWidthOfDifference(seeds, starts);
    const [one] = others;
    const isSame = [...models, ...others].every((scores) => Bun.deepEquals(scores, one));
    const difference = widened(meanDifference(pooled(models), pooled(others)), overSeeds ?? 0);
    const row = [variant, name ?? "all", percent(mean(starts)), percent(mean(seeds))];
    return [[...row, seeds.map(percent).join(" "), isSame ? "0" : points(difference)]];
  });
}
