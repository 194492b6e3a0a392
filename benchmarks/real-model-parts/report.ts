import { compare } from "../../src/evaluation/comparison.ts";
import type { EvaluationResult } from "../../src/evaluation/result.ts";
import { markdownTable } from "../../src/pages/markdown-table.ts";
import type { Curves } from "../parts/curves.ts";
import { mean, meanDifference } from "../parts/mean.ts";
import { percent, points } from "../parts/points.ts";
import type { Answered, Proposed, Task } from "./frozen-play.ts";
import type { AnsweredTasks, BeforeAfter, Measurements, ProposedFrom } from "./measurements.ts";

export interface Findings {
  model: string;
  /** Date, machine, steps and settings, a line. */
  about: string;
  measured: Measurements;
  benchmarks: readonly BeforeAfter<EvaluationResult>[];
  curves: Curves;
}

/** Steps at each end of the run that its own figures are means over. */
const ENDS = 20;

/** What was found, as Markdown. */
export function report({ model, about, measured, benchmarks, curves }: Findings): string {
  const { proposals, answers, cruxeval } = measured;
  const crux = compared(cruxeval.greedy, () => true);
  const sections: readonly (readonly [title: string, words: string, table: string])[] = [
    [
      "Proposals",
      `Both models were shown the same references and drew from the same seeds. Valid: a task that the sandbox confirms, repeats among them. New: valid, its program none of the references' and not proposed before in the same row. Intervals: the bootstrap over prompts, three proposals to a prompt.`,
      markdownTable(
        [
          "references",
          "type",
          "proposals",
          "valid before",
          "after",
          "difference",
          "new before",
          "after",
          "difference",
        ],
        [
          ...proposed("of the first steps", proposals.before),
          ...proposed("of the last steps", proposals.after),
        ],
      ),
    ],
    [
      "Proposals of the model as it came, cooler",
      "The same at lower temperatures, beside the trained one at the run's: how much of the rise a lower temperature would give as well.",
      markdownTable(
        ["references", "temperature", "valid", "trained", "difference", "new", "trained", "difference"],
        [...cooled("of the first steps", proposals.before), ...cooled("of the last steps", proposals.after)],
      ),
    ],
    [
      "Answers to tasks that neither was trained on",
      `Proposed by the one or the other, answered by both; no program was a task of the run, but for induction's, which are of references by their nature. Sampled as in training, four answers to a task, and greedily, so that what a lower temperature would do as well is seen.`,
      markdownTable(
        [
          "proposed by",
          "type",
          "tasks",
          "sampled before",
          "after",
          "difference",
          "greedy before",
          "after",
          "difference",
        ],
        [...answered(`${model} as it came`, answers.before), ...answered("the trained one", answers.after)],
      ),
    ],
    [
      "Benchmarks, greedily",
      "Problems of others, in their own prompts; CRUXEval-O once more as tasks of deduction, as self-play puts them.",
      markdownTable(
        ["benchmark", "problems", "before", "after", "difference"],
        [
          ...benchmarks.flatMap(scored),
          [
            "cruxeval-o as deduction",
            String(cruxeval.tasks.length),
            crux.before,
            crux.after,
            crux.difference,
          ],
        ],
      ),
    ],
    [
      `The run itself, its first and last ${ENDS} steps`,
      "Of its own tasks, which change with it.",
      markdownTable(["type", "figure", "first", "last"], ownFigures(curves)),
    ],
  ];
  return [
    `# What self-play teaches ${model}`,
    about,
    "One run, no control: each figure is of the model as it came and of what the run made of it. Shares in percent, differences in points with 95% intervals, which say nothing about other seeds; with so many of them, one in twenty is clear of zero by chance.",
    ...sections.flatMap(([title, words, table]) => [`## ${title}`, words, table]),
    "",
  ].join("\n\n");
}

const typesOf = (all: readonly { type: string }[]) => ["all", ...new Set(all.map(({ type }) => type))];

function proposed(references: string, { before, after, known }: ProposedFrom): string[][] {
  return typesOf(before).map((type) => {
    const own = (all: readonly Proposed[]) => all.filter((one) => type === "all" || one.type === type);
    return [references, type, String(own(before).length), ...validAndNew(own(after), own(before), known)];
  });
}

function cooled(references: string, { after, known, cooler }: ProposedFrom): string[][] {
  return cooler.map(({ temperature, proposals }) => [
    references,
    String(temperature),
    ...validAndNew(after, proposals, known),
  ]);
}

/** Before, after and difference of the share that is valid, and of the share that is new. */
function validAndNew(after: readonly Proposed[], before: readonly Proposed[], known: readonly string[]) {
  const valid = (all: readonly Proposed[]) => all.map(({ task }) => task !== null);
  return [valid, newOnes(known)].flatMap((judge) => {
    const one = difference(byPrompt(after, judge(after)), byPrompt(before, judge(before)));
    return [one.before, one.after, one.difference];
  });
}

const newOnes =
  (known: readonly string[]) =>
  (all: readonly Proposed[]): boolean[] => {
    const seen = new Set(known);
    return all.map(({ type, program }) => {
      const key = `${type} ${program}`;
      if (program === null || seen.has(program) || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  };

/** The share of each prompt's proposals for which something holds, in the prompts' order. */
function byPrompt(all: readonly Proposed[], holds: readonly boolean[]): number[] {
  const marked = all.map(({ group }, i) => ({ group, value: holds[i] ? 1 : 0 }));
  const prompts = Map.groupBy(marked, ({ group }) => group);
  return [...prompts.values()].map((own) => mean(own.map(({ value }) => value)));
}

function answered(proposer: string, { tasks, sampled, greedy }: AnsweredTasks): string[][] {
  return typesOf(tasks).map((type) => {
    const isOwn = (i: number) => type === "all" || tasks[i]?.type === type;
    const figures = [sampled, greedy].map((answers) => compared(answers, isOwn));
    return [
      ...[proposer, type, String(tasks.filter((_: Task, i) => isOwn(i)).length)],
      ...figures.flatMap((one) => [one.before, one.after, one.difference]),
    ];
  });
}

function compared({ before, after }: BeforeAfter<readonly Answered[]>, isOwn: (i: number) => boolean) {
  const shares = (all: readonly Answered[]) =>
    all.filter((_, i) => isOwn(i)).map(({ samples, right }) => right / samples);
  return difference(shares(after), shares(before));
}

function difference(after: readonly number[], before: readonly number[]) {
  return {
    before: percent(mean(before)),
    after: percent(mean(after)),
    difference: points(meanDifference(after, before)),
  };
}

function scored({ before, after }: BeforeAfter<EvaluationResult>): string[][] {
  return compare(after, before, [1]).rows.map(({ name, baseline, model, difference }) => {
    const group = name === "pass@1" ? undefined : name.slice(0, name.indexOf("/"));
    const problems = before.outcomes.filter((one) => group === undefined || one.group === group);
    const label = group === undefined ? before.benchmark : `${before.benchmark}, ${group}`;
    return [label, String(problems.length), percent(baseline), percent(model), points(difference)];
  });
}

const OWN: readonly [name: string, label: string, show: (value: number) => string][] = [
  ["propose/TYPE/validity", "valid proposals without repeats", percent],
  ["propose/TYPE/unique_recent", "different programs among the valid of the last steps", percent],
  ["propose/TYPE/reward", "reward of proposals", (value) => value.toFixed(2)],
  ["propose/TYPE/response_tokens", "tokens of a proposal", (value) => value.toFixed(1)],
  ["solve/TYPE/solve_rate", "right answers", percent],
  ["solve/TYPE/reward", "reward of answers", (value) => value.toFixed(2)],
];

function ownFigures(curves: Curves): string[][] {
  const types = Object.keys(curves).flatMap((name) => /^propose\/([^/]+)\/validity$/.exec(name)?.[1] ?? []);
  return types.flatMap((type) =>
    OWN.flatMap(([pattern, label, show]) => {
      const values = (curves[pattern.replace("TYPE", type)] ?? []).map(([, value]) => value);
      if (values.length === 0) return [];
      return [[type, label, show(mean(values.slice(0, ENDS))), show(mean(values.slice(-ENDS)))]];
    }),
  );
}
