import { markdownTable } from "../../src/pages/markdown-table.ts";
import type { Curves } from "../parts/curves.ts";
import { mean } from "../parts/mean.ts";
import { percent } from "../parts/points.ts";

/** Steps at a run's end that the figures are means over. */
const LAST = 10;
const HEAD = [
  "variant",
  "type",
  "valid, %",
  "different programs, %",
  "right answers, %",
  "answers with a thought, %",
];

/** What the variants' own tasks were like at the end: means over the last steps and the seeds. */
export function ownTasks(runs: ReadonlyMap<string, readonly Curves[]>): string {
  const lines = [...runs].flatMap(([variant, all]) =>
    ["deduction", "abduction", "induction"].flatMap((type) => {
      const at = (name: string) => share(atTheEnd(all, name));
      if (atTheEnd(all, `solve/${type}/solve_rate`) === null) return [];
      return [
        [
          variant,
          type,
          at(`propose/${type}/validity`),
          at(`propose/${type}/unique_recent`),
          at(`solve/${type}/solve_rate`),
          at(`solve/${type}/thoughts`),
        ],
      ];
    }),
  );
  return markdownTable(HEAD, lines);
}

function atTheEnd(runs: readonly Curves[], name: string): number | null {
  const values = runs.flatMap((curves) => (curves[name] ?? []).slice(-LAST).map(([, value]) => value));
  return values.length > 0 ? mean(values) : null;
}

function share(value: number | null): string {
  return value === null ? "" : percent(value);
}
