import { markdownTable } from "../../src/pages/markdown-table.ts";
import type { Curves } from "../parts/curves.ts";
import { mean } from "../parts/mean.ts";

/** Steps of the first ones, of the fourth and fifth minute of the demo, and of the last ones. */
const FIRST = 20;
const MINUTES = [40, 60] as const;

/** The reward of answers to the variants' own tasks, early, in between and at the end, seed by seed. */
export function answerRewards(runs: ReadonlyMap<string, readonly Curves[]>): string {
  const lines = [...runs].flatMap(([variant, all]) =>
    ["deduction", "abduction", "induction"].flatMap((type) => {
      const own = all.map((curves) => (curves[`solve/${type}/reward`] ?? []).map(([, value]) => value));
      if (own.every((values) => values.length === 0)) return [];
      const shown = (from: number, to?: number) =>
        own.map((values) => mean(values.slice(from, to)).toFixed(2)).join(" ");
      return [[variant, type, shown(0, FIRST), shown(...MINUTES), shown(-FIRST)]];
    }),
  );
  const [from, to] = MINUTES;
  return markdownTable(
    ["variant", "type", `steps 1 to ${FIRST}`, `${from + 1} to ${to}`, `the last ${FIRST}`],
    lines,
  );
}
