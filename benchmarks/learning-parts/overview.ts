import { markdownTable } from "../../src/pages/markdown-table.ts";
import { mean } from "../parts/mean.ts";
import { percent } from "../parts/points.ts";
import { byVariant } from "./by-variant.ts";
import { GREEDY } from "./measure.ts";
import { scoresOf } from "./pooled.ts";
import type { AnswersBySet, Results } from "./results.ts";

/** The main measure of every variant, a line each: greedy answers to the unseen problems, means over the seeds. */
export function overview({ problems, start, runs }: Results): string {
  const groups = [...new Set(problems.unseen.map(({ group }) => group))];
  const score = (answers: AnswersBySet, group: string) => {
    const drawn = answers.unseen[GREEDY.name];
    const scores = drawn ? scoresOf(drawn, 1) : [];
    return mean(scores.filter((_, i) => problems.unseen[i]?.group === group));
  };
  const line = (name: string, seeds: number | string, all: readonly AnswersBySet[]) => [
    name,
    String(seeds),
    ...groups.map((group) => percent(mean(all.map((answers) => score(answers, group))))),
  ];
  return markdownTable(
    ["variant", "seeds", ...groups],
    [
      line("as it comes", "", [start]),
      ...byVariant(runs).map(([{ name }, own]) =>
        line(
          name,
          own.length,
          own.map(({ answers }) => answers),
        ),
      ),
    ],
  );
}
