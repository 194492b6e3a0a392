import { markdownTable } from "../../src/pages/markdown-table.ts";
import type { Curves } from "./measure.ts";

/** Steps at a run's end that the figures are means over. */
const LAST = 10;
const HEAD = ["variant", "type", "valid", "different programs", "right answers", "tokens an answer"];

/** What the variants' own tasks were like at the end: means over the last steps and the seeds. */
export function ownTasks(runs: ReadonlyMap<string, readonly Curves[]>): string {
  const lines = [...runs].flatMap(([variant, all]) =>
    ["deduction", "abduction", "induction"].flatMap((type) => {
      const share = (name: string) => percent(atTheEnd(all, name));
      if (atTheEnd(all, `solve/${type}/solve_rate`) === null) return [];
      return [
        [
          variant,
          type,
          share(`propose/${type}/validity`),
          share(`propose/${type}/unique_recent`),
          share(`solve/${type}/solve_rate`),
          atTheEnd(all, `solve/${type}/response_tokens`)?.toFixed(1) ?? "",
        ],
      ];
    }),
  );
  return markdownTable(HEAD, lines);
}

function atTheEnd(runs: readonly Curves[], name: string): number | null {
  const values = runs.flatMap((curves) => (curves[name] ?? []).slice(-LAST).map(([, value]) => value));
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

function percent(value: number | null): string {
  return value === null ? "" : `${(100 * value).toFixed(0)}%`;
}
