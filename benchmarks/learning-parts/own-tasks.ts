import { TASK_TYPES } from "../../src/config/task-type.ts";
import { markdownTable } from "../../src/pages/markdown-table.ts";
import { mean } from "../parts/mean.ts";
import { percent } from "../parts/points.ts";
import { byVariant } from "./by-variant.ts";
import type { Played } from "./results.ts";

/** Steps at a run's end that the figures are means over. */
const LAST = 10;
const HEAD = [
  "variant",
  "type",
  "valid, %",
  "different programs, %",
  "different skeletons, %",
  "right answers, %",
  "answers with a thought, %",
  "met",
];

/** What the variants' own tasks were like at the end: means over the last steps and the seeds. */
export function ownTasks(runs: readonly Played[]): string {
  const lines = byVariant(runs).flatMap(([{ name }, own]) =>
    TASK_TYPES.flatMap((type) => {
      const share = (figure: string) => {
        const values = own.flatMap(({ curves }) =>
          (curves[figure] ?? []).slice(-LAST).map(([, value]) => value),
        );
        return values.length > 0 ? percent(mean(values)) : "";
      };
      const right = share(`solve/${type}/solve_rate`);
      if (right === "") return [];
      const met = ["tiny-heldout", "unseen"].map((set) =>
        mean(own.map((run) => run.met[set] ?? 0)).toFixed(1),
      );
      const masked = own.flatMap(({ skeletons }) => skeletons[type] ?? []);
      return [
        [
          name,
          type,
          share(`propose/${type}/validity`),
          // Of induction the program is another task's.
          type === "induction" ? "" : share(`propose/${type}/unique_recent`),
          masked.length > 0 ? percent(mean(masked)) : "",
          right,
          share(`solve/${type}/thoughts`),
          type === "deduction" ? met.join(", ") : "",
        ],
      ];
    }),
  );
  return markdownTable(HEAD, lines);
}
