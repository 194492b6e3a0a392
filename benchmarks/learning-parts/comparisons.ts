import { markdownTable } from "../../src/pages/markdown-table.ts";
import { type Baseline, comparisonHead, comparisonRows } from "./comparison-rows.ts";
import { type Drawing, ELSEWHERE, GREEDY, SAMPLED, TEMPERATURES } from "./measure.ts";
import { bestByGroup, scoresOf } from "./pooled.ts";
import type { ProblemSet } from "./problem-sets.ts";
import type { Problem, Results } from "./results.ts";
import { CONTROL, PRESET, SAMPLED_KINDS, VARIANTS, type Variant, WATCHED } from "./variants.ts";

export type Section = readonly [title: string, words: string, table: string];

interface Comparison {
  title: string;
  words?: string;
  /** How the variants' answers were drawn, and the k of pass@k. */
  drawing: Drawing;
  k?: number;
  kinds?: readonly Variant["kind"][];
  /** What the baseline and a variant's models are called. */
  names?: readonly [string, string];
  /** Null where a variant is left out. */
  baseline: (variant: string) => Baseline | null;
  /** A problem's group, null of one that is left out. */
  group?: (problem: Problem) => string | null;
}

/** Tables of the variants on a set of problems, beside the start model and beside the preset. */
export function comparisons({ problems, start, runs }: Results, set: ProblemSet["name"]): Section[] {
  const own = problems[set];
  const groupOf = ({ group }: Problem) => group;
  const scores = (variant: string, { name }: Drawing, k = 1) =>
    runs.flatMap(({ variant: other, answers }) => {
      const drawn = answers[set]?.[name];
      return other === variant && drawn ? [scoresOf(drawn, k)] : [];
    });
  const ofStart = (drawings: readonly Drawing[], k = 1) =>
    drawings.flatMap(({ name }) => {
      const drawn = start[set]?.[name];
      return drawn && drawn.samples >= k ? [scoresOf(drawn, k)] : [];
    });
  const beside = (drawing: Drawing) => () => ({ scores: ofStart([drawing]), isStart: true });
  const atItsBest = (k: number) => () => {
    const best = bestByGroup(ofStart([GREEDY, SAMPLED, ...ELSEWHERE], k), own.map(groupOf));
    return { scores: [best], isStart: true };
  };
  const besideControl = (drawing: Drawing) => () => ({ scores: scores(CONTROL, drawing), isStart: false });
  // Greedily the control is the start model.
  const besidePreset = (drawing: Drawing) => (variant: string) =>
    variant === PRESET || (variant === CONTROL && drawing === GREEDY)
      ? null
      : { scores: scores(PRESET, drawing), isStart: false };
  const range = `${Math.min(...TEMPERATURES)} to ${Math.max(...TEMPERATURES)}`;

  const all: readonly Comparison[] = [
    { title: "Greedy", drawing: GREEDY, baseline: beside(GREEDY) },
    {
      title: "Greedy, deduction by what the warm start had",
      words:
        "Held out are texts. Of a twin the warm start had the same computation in another writing; new computations it had in none, but of nearly all it had the same operations with other constants.",
      drawing: GREEDY,
      baseline: beside(GREEDY),
      // The reference has further texts.
      kinds: WATCHED,
      group: ({ group, twin }) => (group === "deduction" ? (twin ? "twin" : "new computation") : null),
    },
    {
      title: "Sampled at temperature 1",
      words:
        "Four answers to each problem, beside the start model so sampled; the control shows what chance does.",
      drawing: SAMPLED,
      baseline: beside(SAMPLED),
    },
    {
      title: "Sampled at temperature 1, beside the start model at its best",
      words: `Of each type the start model's best figure: greedy, or sampled at ${range}. A rise is more than another temperature gives. A fall says nothing, since a cooler model is compared with one at 1.`,
      drawing: SAMPLED,
      baseline: atItsBest(1),
    },
    {
      title: "One of four right (pass@4), sampled at temperature 1",
      words: `Beside the start model at the temperature of ${range} that is best for it. What a model does in fewer than one of four answers is hardly seen here, so that a rise may be of what it could do before; a fall says nothing, as above.`,
      drawing: SAMPLED,
      k: 4,
      baseline: atItsBest(4),
    },
    {
      title: `Sampled at temperature 1, beside ${CONTROL}`,
      words: "The same steps without learning: what is ahead of it was learnt.",
      drawing: SAMPLED,
      kinds: ["preset", "reference"],
      names: [CONTROL, "variant's"],
      baseline: besideControl(SAMPLED),
    },
    {
      title: `Sampled at temperature 1, beside ${PRESET}`,
      words: `What the others are short of ${PRESET}, or ahead.`,
      drawing: SAMPLED,
      kinds: ["preset", "reference"],
      names: [PRESET, "variant's"],
      baseline: besidePreset(SAMPLED),
    },
    {
      title: `Greedy, beside ${PRESET}`,
      words: `What the others are short of ${PRESET}, or ahead: so many comparisons that some are clear of zero by chance.`,
      drawing: GREEDY,
      kinds: ["preset", "control", "reference", "ablation", "lever"],
      names: [PRESET, "variant's"],
      baseline: besidePreset(GREEDY),
    },
  ];
  return all.flatMap(({ title, words = "", drawing, k = 1, kinds = SAMPLED_KINDS, ...comparison }) => {
    const { names = ["before", "after"], baseline, group } = comparison;
    const groups = own.map(group ?? groupOf);
    if (groups.every((one) => one === null)) return [];
    const lines = VARIANTS.filter(({ kind }) => kinds.includes(kind)).flatMap(({ name }) => {
      const models = scores(name, drawing, k);
      const others = models.length > 0 ? baseline(name) : null;
      return others && others.scores.length > 0 ? comparisonRows(name, models, others, groups) : [];
    });
    return lines.length > 0 ? [[title, words, markdownTable(comparisonHead(names), lines)] as const] : [];
  });
}
