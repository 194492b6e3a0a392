import type { EvaluationResult } from "../../src/evaluation/result.ts";
import { markdownTable } from "../../src/pages/markdown-table.ts";
import type { Curves } from "../parts/curves.ts";
import { mean, meanDifference, meanOfFew } from "../parts/mean.ts";
import { percent, points } from "../parts/points.ts";
import { GREEDY, MINI, SAMPLED } from "./measure.ts";
import { ownTasks } from "./own-tasks.ts";
import { bestByGroup, byProblem } from "./pooled.ts";
import { answerRewards } from "./rewards.ts";

/** Results by way of measuring. */
export type Results = Readonly<Record<string, EvaluationResult>>;

export interface Findings {
  /** Date, machine and settings, a line. */
  about: string;
  variants: readonly { name: string; about: string }[];
  /** Of the start model, in all ways. */
  before: Results;
  /** Of each variant, seed by seed. */
  after: ReadonlyMap<string, readonly Results[]>;
  control: string;
  /** Of each variant's runs. */
  drawn: ReadonlyMap<string, readonly Curves[]>;
  /** The way in which deduction is made to think. */
  thinking: string;
  /** Problems whose computation the warm start had. */
  twins: ReadonlySet<string>;
}

const HEAD = [
  "variant",
  "score",
  "before",
  "after",
  "seeds",
  "difference (over problems)",
  "difference (over seeds)",
];

type Part = (result: EvaluationResult) => EvaluationResult;
type Baseline = (variant: string) => readonly EvaluationResult[] | null;

/** What was found, as Markdown: each variant beside the start model, sampled, greedy and cooled, and beside tiny. */
export function report({
  about,
  variants,
  before,
  after,
  control,
  drawn,
  thinking,
  twins,
}: Findings): string {
  const held = Object.entries(before).filter(
    ([way, { benchmark }]) => benchmark === "tiny-heldout" && way !== thinking,
  );
  const cooled = (k: number) => [
    bestByGroup(
      held.map(([, result]) => result),
      k,
    ),
  ];
  const table = (way: string, baseline: Baseline, k = 1, part: Part = whole) => {
    const lines = [...after].flatMap(([name, all]) => {
      const results = all.flatMap((one) => one[way] ?? []);
      const others = baseline(name);
      return others && results.length > 0 ? rows(name, results.map(part), others.map(part), k) : [];
    });
    return lines.length > 0 ? markdownTable(HEAD, lines) : null;
  };
  const start =
    (way: string): Baseline =>
    () =>
      before[way] ? [before[way]] : null;
  const [main] = variants.map(({ name }) => name);
  const besideMain =
    (way: string): Baseline =>
    (name) =>
      name === main || name === control
        ? null
        : (after.get(main ?? "") ?? []).flatMap((one) => one[way] ?? []);
  const parts: readonly (readonly [title: string, words: string, table: string | null])[] = [
    [
      "Greedy",
      "Beside the start model. Deduction of tiny, here, is the main measure.",
      table(GREEDY.name, start(GREEDY.name)),
    ],
    [
      "Sampled at temperature 1",
      "Four answers to each problem, beside the start model so sampled; the control shows what chance does.",
      table(SAMPLED.name, start(SAMPLED.name)),
    ],
    [
      "Sampled at temperature 1, beside the start model at its best",
      "Of each type the start model's best figure: greedy, or sampled at 0.2 to 1. A rise is more than a lower temperature gives. A fall says nothing, since a cooler model is compared with one at 1.",
      table(SAMPLED.name, () => cooled(1)),
    ],
    [
      "One of four right (pass@4), sampled at temperature 1",
      "Beside the start model at its best of 0.2 to 1. A model that only comes to prefer what it could do before gains little here.",
      table(SAMPLED.name, () => cooled(4), 4),
    ],
    [
      "Greedy, deduction made to think",
      "Every answer begun with the tag of a thought, of the start model too: what is learnt besides when to think.",
      table(thinking, start(thinking)),
    ],
    [
      `Greedy, beside ${main}`,
      `Each ablation beside ${main}: some twenty comparisons, of which one is clear of zero by chance.`,
      table(GREEDY.name, besideMain(GREEDY.name)),
    ],
    [
      "Greedy, deduction by what the warm start had",
      "Held out are texts. Of a twin the warm start had the same computation in another writing; new computations it had in none.",
      table(GREEDY.name, start(GREEDY.name), 1, byTwins(twins)),
    ],
    ["azr-mini, greedy", "", table(MINI.name, start(MINI.name))],
    [
      "Own tasks, the last ten steps",
      "Means over the seeds. Different: among the valid programs of the last steps.",
      ownTasks(drawn),
    ],
    ["Reward of answers to own tasks", "Each seed.", answerRewards(drawn)],
  ];
  return [
    "# What self-play teaches tiny",
    about,
    variants
      .flatMap(({ name, about: what }) => {
        const seeds = after.get(name)?.length ?? 0;
        return seeds > 0 ? [`- ${name}, ${seeds} ${seeds > 1 ? "seeds" : "seed"}: ${what}`] : [];
      })
      .join("\n"),
    "Shares in percent, differences in points with 95% intervals. Over problems: the paired bootstrap, the seeds pooled, so for these seeds and other problems. Over seeds: Student's t of the seeds' differences, for other seeds and these problems. The column of seeds has each one's own figure.",
    ...parts.flatMap(([title, words, text]) => (text ? [`## ${title}`, words, text] : [])),
    "",
  ]
    .filter((part, i, all) => part !== "" || i === all.length - 1)
    .join("\n\n");
}

const whole: Part = (result) => result;

/** Deduction alone, in two groups. */
function byTwins(twins: ReadonlySet<string>): Part {
  return (result) => ({
    ...result,
    outcomes: result.outcomes.flatMap((outcome) =>
      outcome.group === "deduction"
        ? { ...outcome, group: twins.has(outcome.id) ? "twin" : "new computation" }
        : [],
    ),
  });
}

function rows(
  name: string,
  results: readonly EvaluationResult[],
  baselines: readonly EvaluationResult[],
  k: number,
): string[][] {
  const groups = new Map(results.flatMap(({ outcomes }) => outcomes.map(({ id, group }) => [id, group])));
  const base = byProblem(baselines, k);
  const after = byProblem(results, k);
  const seeds = results.map((single) => byProblem([single], k));
  const all = groupsOf(groups);
  return all.map((type) => {
    const problems = [...base.keys()].filter((id) => type === "all" || groups.get(id) === type);
    const values = (of: Map<string, number>) => problems.map((id) => of.get(id) ?? Number.NaN);
    const own = seeds.map((seed) => mean(values(seed)));
    const before = mean(values(base));
    const overSeeds = meanOfFew(own.map((value) => value - before));
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
