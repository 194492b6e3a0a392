import { markdownTable } from "../../src/pages/markdown-table.ts";
import { RunDirectory } from "../../src/runs/run-directory.ts";
import { PART_TAGS } from "../../src/selfplay/prompts/tagged/tags.ts";
import type { Curves } from "../parts/curves.ts";
import { percent } from "../parts/points.ts";
import { byVariant } from "./by-variant.ts";
import { GREEDY, SAMPLED } from "./measure.ts";
import type { AnswersBySet, Results } from "./results.ts";

interface Row {
  type: string;
  step: number;
  share: number;
}

/** `solve/<type>/thoughts`: the share of a step's answers that begin with a thought, as further curves of a run. */
export function thoughts(run: string): Curves {
  using database = RunDirectory.open(run).openDatabase({ readonly: true });
  const rows = database.all<Row>(
    `SELECT type, step, avg(substr(response, 1, ?) = ?) AS share FROM rollouts
     WHERE role = 'solve' GROUP BY type, step ORDER BY type, step`,
    [PART_TAGS.thought.length, PART_TAGS.thought],
  );
  const byType = Map.groupBy(rows, ({ type }) => `solve/${type}/thoughts`);
  return Object.fromEntries(
    [...byType].map(([name, own]) => [name, own.map(({ step, share }) => [step, share])]),
  );
}

/** How often the models think when they deduce, by set and drawing. */
export function shareOfThoughts({ problems, start, runs }: Results): string {
  const columns = (["unseen", "tiny-heldout"] as const).flatMap((set) =>
    [GREEDY, SAMPLED].map(({ name }) => ({
      title: `${set}, ${name}`,
      of: (answers: AnswersBySet) => {
        const drawn = answers[set]?.[name];
        const asked = problems[set].filter(({ group }) => group === "deduction").length;
        return drawn ? percent((drawn.thoughts.deduction ?? 0) / (asked * drawn.samples)) : "";
      },
    })),
  );
  const lines = byVariant(runs).map(([{ name }, own]) => [
    name,
    ...columns.map(({ of }) => own.flatMap(({ answers }) => of(answers) || []).join(" ")),
  ]);
  const before = ["as it comes", ...columns.map(({ of }) => of(start))];
  return markdownTable(["model", ...columns.map(({ title }) => title)], [before, ...lines]);
}
