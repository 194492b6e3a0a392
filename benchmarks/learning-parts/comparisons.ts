import type { EvaluationResult } from "../../src/evaluation/result.ts";
import { markdownTable } from "../../src/pages/markdown-table.ts";
import { COMPARISON_HEAD, comparisonRows } from "./comparison-rows.ts";
import { COOLER, GREEDY, MADE_TO_THINK, MINI, SAMPLED } from "./measure.ts";
import { bestByGroup } from "./pooled.ts";
import { CONTROL, MAIN } from "./variants.ts";

/** Results by way of measuring. */
export type Results = Readonly<Record<string, EvaluationResult>>;

/** What was measured on a set of problems. */
export interface Measured {
  /** Of the start model, in all ways. */
  before: Results;
  /** Of each variant, seed by seed. */
  after: ReadonlyMap<string, readonly Results[]>;
  /** Problems whose computation the warm start had. */
  twins: ReadonlySet<string>;
}

export type Section = readonly [title: string, words: string, table: string];

/** What a variant is held against; null where it is left out. */
type Baseline = (variant: string) => readonly EvaluationResult[] | null;

/** Tables of each variant beside the start model, greedy, sampled and cooled, and beside the preset. */
export function comparisons({ before, after, twins }: Measured): Section[] {
  const start =
    (way: string): Baseline =>
    () =>
      before[way] ? [before[way]] : null;
  const atItsBest =
    (k: number): Baseline =>
    () => [
      bestByGroup(
        [GREEDY, SAMPLED, ...COOLER].flatMap(({ name }) => before[name] ?? []),
        k,
      ),
    ];
  const besideMain =
    (way: string): Baseline =>
    (variant) =>
      [MAIN, CONTROL].includes(variant) ? null : (after.get(MAIN) ?? []).flatMap((one) => one[way] ?? []);
  const section = (title: string, words: string, way: string, baseline: Baseline, k = 1, part = whole) => {
    const lines = [...after].flatMap(([variant, all]) => {
      const results = all.flatMap((one) => one[way] ?? []);
      const others = results.length > 0 ? baseline(variant) : null;
      return others ? comparisonRows(variant, results.map(part), others.map(part), k) : [];
    });
    return lines.length > 0 ? [[title, words, markdownTable(COMPARISON_HEAD, lines)] as const] : [];
  };
  return [
    section("Greedy", "Beside the start model.", GREEDY.name, start(GREEDY.name)),
    section(
      "Sampled at temperature 1",
      "Four answers to each problem, beside the start model so sampled; the control shows what chance does.",
      SAMPLED.name,
      start(SAMPLED.name),
    ),
    section(
      "Sampled at temperature 1, beside the start model at its best",
      "Of each type the start model's best figure: greedy, or sampled at 0.2 to 1. A rise is more than a lower temperature gives. A fall says nothing, since a cooler model is compared with one at 1.",
      SAMPLED.name,
      atItsBest(1),
    ),
    section(
      "One of four right (pass@4), sampled at temperature 1",
      "Beside the start model at its best of 0.2 to 1. A model that only comes to prefer what it could do before gains little here.",
      SAMPLED.name,
      atItsBest(4),
      4,
    ),
    section(
      "Greedy, deduction made to think",
      "Every answer begun with the tag of a thought, of the start model too: what is learnt besides when to think.",
      MADE_TO_THINK,
      start(MADE_TO_THINK),
    ),
    section(
      `Greedy, beside ${MAIN}`,
      `Each other variant beside ${MAIN}: so many comparisons that some are clear of zero by chance.`,
      GREEDY.name,
      besideMain(GREEDY.name),
    ),
    section(
      "Greedy, deduction by what the warm start had",
      "Held out are texts. Of a twin the warm start had the same computation in another writing; new computations it had in none.",
      GREEDY.name,
      start(GREEDY.name),
      1,
      deductionByTwins(twins),
    ),
    section("azr-mini, greedy", "", MINI.name, start(MINI.name)),
  ].flat();
}

const whole = (result: EvaluationResult): EvaluationResult => result;

/** Deduction alone, in two groups. */
function deductionByTwins(twins: ReadonlySet<string>): typeof whole {
  return (result) => ({
    ...result,
    outcomes: result.outcomes.flatMap((outcome) =>
      outcome.group === "deduction"
        ? { ...outcome, group: twins.has(outcome.id) ? "twin" : "new computation" }
        : [],
    ),
  });
}
