import { TASK_TYPES } from "../../interfaces/role.ts";
import type { RunDatabase } from "../../runs/index.ts";
import { oneLine } from "../printable.ts";
import { TYPE_COLOURS, TYPE_LABELS, TYPE_MARKS } from "../theme.ts";
import { type History, scoreSeries } from "./history.ts";
import type { ChartColour, Series } from "./line-chart.ts";
import type { Point } from "./smoothing.ts";

/** One chart of a run: which figures it draws, each as a line that is named by what the pattern catches. */
export interface ChartKind {
  id: string;
  title: string;
  /** Names of figures of docs/reference/metrics.md; absent where the lines are scores of evaluations. */
  figures?: RegExp;
  unit: ChartUnit;
  /** Values are drawn in so many of theirs, which `unit` says. */
  divisor?: number;
  /** Title of the line over all types; `mean` when absent. */
  overall?: string;
  /** What it means where every value is 0, said in place of a line. */
  zero?: string;
  /** The axis holds at least this. */
  range?: readonly [low: number, high: number];
}

export type ChartUnit = "" | "share" | "tokens" | "tokens/s" | "seconds" | "MB" | "nats" | "count";

const SHARE = [0, 1] as const;

/** Every chart, the most wanted first; a run shows those that it has figures for. */
export const CHARTS: readonly ChartKind[] = [
  { id: "proposer-reward", title: "Proposer reward", figures: /^propose\/([^/]+)\/reward$/, unit: "" },
  { id: "solver-reward", title: "Solver reward", figures: /^solve\/([^/]+)\/reward$/, unit: "" },
  {
    // Measured while a run of the embedded model plays: reward alone rises with easier tasks too (docs/tiny.md).
    id: "held-out",
    title: "Held-out accuracy",
    figures: /^evaluation\/tiny-heldout\/(?:([^/]+)\/)?pass@1$/,
    overall: "all",
    unit: "share",
    range: SHARE,
  },
  { id: "scores", title: "pass@k", unit: "share" },
  {
    id: "validity",
    title: "Valid proposals",
    figures: /^propose\/([^/]+)\/validity$/,
    unit: "share",
    range: SHARE,
  },
  {
    id: "solve-rate",
    title: "Solve rate",
    figures: /^solve\/([^/]+)\/solve_rate$/,
    unit: "share",
    range: SHARE,
  },
  { id: "learnability", title: "Learnability", figures: /^propose\/([^/]+)\/learnability$/, unit: "" },
  {
    id: "unique",
    title: "Different programs",
    figures: /^propose\/([^/]+)\/unique$/,
    unit: "share",
    range: SHARE,
  },
  {
    id: "proposal-tokens",
    title: "Tokens of a proposal",
    figures: /^propose\/([^/]+)\/response_tokens$/,
    unit: "tokens",
  },
  {
    id: "answer-tokens",
    title: "Tokens of an answer",
    figures: /^solve\/([^/]+)\/response_tokens$/,
    unit: "tokens",
  },
  { id: "entropy", title: "Entropy", figures: /^update\/(entropy)$/, unit: "nats" },
  {
    id: "kl",
    title: "KL divergence",
    figures: /^update\/((?:approx_)?kl)$/,
    unit: "nats",
    zero: "0 at every step: each batch is used for one update, before which the policy is the one that sampled. training.measure_kl measures the divergence from the start.",
  },
  {
    id: "difficulty",
    title: "Difficulty of tasks",
    figures: /^curriculum\/(?:([^/]+)\/)?difficulty$/,
    unit: "share",
    range: SHARE,
  },
  {
    id: "strategies",
    title: "Right by strategy",
    figures: /^solve\/([^/]+\/strategy\/[^/]+)\/rate$/,
    unit: "share",
    range: SHARE,
  },
  {
    id: "new-solve-rate",
    title: "Solve rate of new tasks",
    figures: /^solve\/([^/]+)\/new_solve_rate$/,
    unit: "share",
    range: SHARE,
  },
  { id: "loss", title: "Loss", figures: /^(?:update\/((?:policy_)?loss)|(validation)\/loss)$/, unit: "" },
  { id: "gradient-norm", title: "Gradient norm", figures: /^update\/(gradient_norm)$/, unit: "" },
  { id: "learning-rate", title: "Learning rate", figures: /^update\/(learning_rate)$/, unit: "" },
  { id: "clipped", title: "Clipped ratios", figures: /^update\/(ratio_clipped)$/, unit: "share" },
  { id: "sampler-gap", title: "Gap to the sampler", figures: /^update\/(sampler_gap)$/, unit: "nats" },
  {
    id: "unique-recent",
    title: "Different from recent steps",
    figures: /^propose\/([^/]+)\/unique_recent$/,
    unit: "share",
    range: SHARE,
  },
  {
    id: "cut-proposals",
    title: "Proposals cut at the limit",
    figures: /^propose\/([^/]+)\/cut$/,
    unit: "share",
    range: SHARE,
  },
  {
    id: "cut-answers",
    title: "Answers cut at the limit",
    figures: /^solve\/([^/]+)\/cut$/,
    unit: "share",
    range: SHARE,
  },
  {
    id: "template-validity",
    title: "Valid tasks of templates",
    figures: /^propose\/([^/]+)\/template_validity$/,
    unit: "share",
    range: SHARE,
  },
  {
    id: "own-checks",
    title: "Own checks that hold",
    figures: /^solve\/([^/]+)\/own_checks$/,
    unit: "share",
    range: SHARE,
  },
  { id: "solutions", title: "Verified solutions", figures: /^experience\/(solutions)$/, unit: "count" },
  { id: "buffers", title: "Tasks in the buffers", figures: /^buffer\/([^/]+)\/tasks$/, unit: "count" },
  {
    id: "speed",
    title: "Tokens per second",
    figures: /^(generation|update)\/tokens_per_second$/,
    unit: "tokens/s",
  },
  { id: "step-seconds", title: "Seconds of a step", figures: /^seconds\/(\w+)$/, unit: "seconds" },
  { id: "exposed", title: "Overhead", figures: /^overlap\/(exposed)$/, unit: "share" },
  { id: "memory", title: "Memory", figures: /^memory\/(\w+)$/, unit: "MB", divisor: 1e6 },
  { id: "flags", title: "Safety flags", figures: /^flags\/(.+)$/, unit: "count" },
];

/** What comes first where held-out accuracy is measured: whether something is learnt is seen beside the reward. */
const FIRST_OF_HELD_OUT = ["solver-reward", "held-out", "unique"];

/** The charts that a run has figures for. */
export function chartsOf(names: readonly string[], evaluated: boolean): ChartKind[] {
  const shown = CHARTS.filter(({ figures }) =>
    figures ? names.some((name) => figures.test(name)) : evaluated,
  );
  if (!shown.some(({ id }) => id === "held-out")) return shown;
  const first = FIRST_OF_HELD_OUT.flatMap((id) => shown.filter((kind) => kind.id === id));
  return [...first, ...shown.filter((kind) => !first.includes(kind))];
}

const COLOURS: readonly ChartColour[] = ["cyan", "yellow", "magenta", "green", "blue", "red", "white"];
const MARKS = "●■▲◆▼○□";

/** The lines of a chart, each with a colour and a mark of its own; a task type has the same in every chart. */
export function seriesOf(
  { figures, divisor = 1, overall = "mean" }: ChartKind,
  source: { database: RunDatabase; history: History; names: readonly string[]; revision: number },
): Series[] {
  const { database, history, names, revision } = source;
  if (!figures) {
    return scoreLines(scoreSeries(database));
  }
  const drawn = names
    .flatMap((name) => {
      const match = figures.exec(name);
      return match ? [{ name, caught: match.slice(1).find((part) => part !== undefined) ?? OVERALL }] : [];
    })
    .sort((a, b) => place(a.caught) - place(b.caught));
  // Beside types, whose looks are given, others have those at the end of the table.
  let next = drawn.some(({ caught }) => isType(caught)) ? LOOKS_OF_TYPES : 0;
  return drawn.map(({ name, caught }) => {
    const type = TASK_TYPES.find((candidate) => candidate === caught);
    return {
      title: type ? TYPE_LABELS[type] : caught === OVERALL ? overall : titleOf(caught),
      ...(type ? { colour: TYPE_COLOURS[type], mark: TYPE_MARKS[type] } : lookOf(next++)),
      points: divided(history.points(name, revision), divisor),
    };
  });
}

/** Named by what differs: the benchmark, the score, or both. */
function scoreLines(lines: ReturnType<typeof scoreSeries>): Series[] {
  const single = (part: "benchmark" | "score") => new Set(lines.map((line) => line[part])).size === 1;
  const title = ({ benchmark, score }: (typeof lines)[number]) =>
    single("score") ? benchmark : single("benchmark") ? score : `${benchmark} ${score}`;
  return lines.map((line, index) => ({ title: oneLine(title(line)), ...lookOf(index), points: line.points }));
}

/** Stands for the types where a figure is of all of them. */
const OVERALL = "";

/** Looks that a type has in every chart, but for the rarest. */
const LOOKS_OF_TYPES = 4;

const isType = (caught: string): boolean => TASK_TYPES.some((type) => type === caught);

/** Place among the lines: that over all, what is of a type in the order of the types, others. */
function place(caught: string): number {
  if (caught === OVERALL) return -1;
  const type = TASK_TYPES.findIndex((one) => caught === one || caught.startsWith(`${one}/`));
  return type < 0 ? TASK_TYPES.length : type;
}

const divided = (points: readonly Point[], divisor: number): readonly Point[] =>
  divisor === 1
    ? points
    : points.map(({ step, value }) => ({ step, value: value === null ? null : value / divisor }));

const lookOf = (index: number) => ({
  colour: COLOURS[index % COLOURS.length] as ChartColour,
  mark: MARKS[index % MARKS.length] as string,
});

/** What a chart's pattern caught, as its line is called: `deduction/strategy/test-driven` -> `deduction test-driven`, `approx_kl` -> `approx kl`. */
export const titleOf = (caught: string): string =>
  oneLine(caught.replace("/strategy/", " ").replaceAll("_", " "));
