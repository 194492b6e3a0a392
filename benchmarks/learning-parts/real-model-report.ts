import { compare } from "../../src/evaluation/comparison.ts";
import type { EvaluationResult } from "../../src/evaluation/result.ts";
import { markdownTable } from "../../src/pages/markdown-table.ts";
import { differenceOfMeans, mean, pairedDifference, percent, points } from "./difference.ts";
import type { Answered, Proposed, Task } from "./frozen-play.ts";
import type { Curves } from "./measure.ts";

/** Of the model as it came, and of what the run made of it. */
export interface BeforeAfter<T> {
  before: T;
  after: T;
}

export interface AnsweredTasks {
  tasks: readonly Task[];
  answers: BeforeAfter<readonly Answered[]>;
}

export interface RealModelFindings {
  model: string;
  /** Date, machine, steps and settings, a line. */
  about: string;
  /** Steps at each end of the run that its own figures are means over. */
  ends: number;
  curves: Curves;
  /** Of both, shown the same references. */
  proposals: BeforeAfter<readonly Proposed[]>;
  /** Answers to the tasks that each of them proposed. */
  answers: BeforeAfter<AnsweredTasks>;
  /** CRUXEval's problems, put as tasks of deduction, answered greedily. */
  cruxeval: AnsweredTasks | null;
  benchmarks: readonly BeforeAfter<EvaluationResult>[];
}

/** What was found, as Markdown. */
export function realModelReport(found: RealModelFindings): string {
  return [
    `# What self-play teaches ${found.model}`,
    found.about,
    "## Proposals, both shown the same references",
    validity(found),
    "## Right answers, by who proposed the tasks",
    "The same tasks before and after: what rises here is no drift to easier ones.",
    solveRates(found),
    "## Benchmarks, greedy",
    benchmarks(found),
    `## The run itself, its first and last ${found.ends} steps`,
    ownFigures(found),
    "Differences are in points with 95% intervals: the bootstrap over proposals, the paired bootstrap over tasks and problems.",
    "",
  ].join("\n\n");
}

function validity({ proposals: { before, after } }: RealModelFindings): string {
  const head = [
    "type",
    "proposals each",
    "valid before",
    "after",
    "difference",
    "different programs before",
    "after",
  ];
  const types = ["all", ...new Set(before.map(({ type }) => type))];
  const lines = types.map((type) => {
    const [own, others] = [after, before].map((all) =>
      all.filter((one) => type === "all" || one.type === type),
    ) as [Proposed[], Proposed[]];
    const [valid, validBefore] = [own, others].map((all) => all.map(({ task }) => (task ? 1 : 0)));
    return [
      type,
      String(others.length),
      percent(mean(validBefore as number[])),
      percent(mean(valid as number[])),
      points(differenceOfMeans(valid as number[], validBefore as number[])),
      different(others),
      different(own),
    ];
  });
  return markdownTable(head, lines);
}

/** `43 of 50`: different ones among the valid. */
function different(all: readonly Proposed[]): string {
  const programs = all.flatMap(({ program }) => program ?? []);
  return `${new Set(programs).size} of ${programs.length}`;
}

const share = ({ samples, right }: Answered) => right / samples;

function solveRates({ answers, model }: RealModelFindings): string {
  const head = ["proposed by", "type", "tasks", "before", "after", "difference"];
  const lines = [
    ...byType(`${model} as it came`, answers.before),
    ...byType(`${model} after the run`, answers.after),
  ];
  return markdownTable(head, lines);
}

function byType(proposer: string, { tasks, answers }: AnsweredTasks): string[][] {
  return ["all", ...new Set(tasks.map(({ type }) => type))].map((type) => {
    const of = (all: readonly Answered[]) =>
      all.flatMap((one, i) => (type === "all" || tasks[i]?.type === type ? share(one) : []));
    const [before, after] = [of(answers.before), of(answers.after)];
    return [
      proposer,
      type,
      String(before.length),
      percent(mean(before)),
      percent(mean(after)),
      points(pairedDifference(after, before)),
    ];
  });
}

function benchmarks({ benchmarks: results, cruxeval }: RealModelFindings): string {
  const lines = results.flatMap(({ before, after }) =>
    compare(after, before, [1]).rows.map(({ name, baseline, model, difference }) => [
      `${before.benchmark}${name === "pass@1" ? "" : `, ${name.slice(0, name.indexOf("/"))}`}`,
      String(before.outcomes.length),
      percent(baseline),
      percent(model),
      points(difference),
    ]),
  );
  if (cruxeval) {
    const [before, after] = [cruxeval.answers.before.map(share), cruxeval.answers.after.map(share)];
    lines.push([
      "cruxeval-o, in the prompt of self-play",
      String(before.length),
      percent(mean(before)),
      percent(mean(after)),
      points(pairedDifference(after, before)),
    ]);
  }
  return markdownTable(["benchmark", "problems", "before", "after", "difference"], lines);
}

const OWN: readonly [name: string, label: string, show: (value: number) => string][] = [
  ["propose/TYPE/validity", "valid proposals, %", percent],
  ["propose/TYPE/unique_recent", "different programs, %", percent],
  ["propose/TYPE/reward", "reward of proposals", (value) => value.toFixed(2)],
  ["propose/TYPE/response_tokens", "tokens of a proposal", (value) => value.toFixed(1)],
  ["solve/TYPE/solve_rate", "right answers, %", percent],
  ["solve/TYPE/reward", "reward of answers", (value) => value.toFixed(2)],
];

function ownFigures({ curves, ends }: RealModelFindings): string {
  const types = Object.keys(curves).flatMap((name) => /^propose\/(.+)\/validity$/.exec(name)?.[1] ?? []);
  const lines = types.flatMap((type) =>
    OWN.flatMap(([pattern, label, show]) => {
      const values = (curves[pattern.replace("TYPE", type)] ?? []).map(([, value]) => value);
      if (values.length === 0) return [];
      return [[type, label, show(mean(values.slice(0, ends))), show(mean(values.slice(-ends)))]];
    }),
  );
  return markdownTable(["type", "figure", "first", "last"], lines);
}
