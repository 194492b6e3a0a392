import { compare } from "../../src/evaluation/comparison.ts";
import type { EvaluationResult } from "../../src/evaluation/result.ts";
import { markdownTable } from "../../src/pages/markdown-table.ts";
import { percent, points } from "./difference.ts";
import { type Curves, GREEDY, MINI, SAMPLED } from "./measure.ts";
import { ownTasks } from "./own-tasks.ts";
import { accuracy, bestByGroup, pooled } from "./pooled.ts";

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
}

const HEAD = ["variant", "score", "before", "after", "seeds", "difference in points (95% interval)"];

/** What was found, as Markdown: each variant beside the start model, sampled, greedy and cooled, and beside the control. */
export function report({ about, variants, before, after, control, drawn, thinking }: Findings): string {
  const held = Object.entries(before).filter(
    ([way, { benchmark }]) => benchmark === "tiny-heldout" && way !== thinking,
  );
  const cooled = bestByGroup(held.map(([, result]) => result));
  const table = (way: string, baseline: (name: string) => readonly Results[] | EvaluationResult | null) => {
    const lines = [...after].flatMap(([name, results]) => {
      const other = baseline(name);
      if (!other || !results.every((one) => one[way])) return [];
      const base = "outcomes" in other ? other : pooled(other.flatMap((one) => one[way] ?? []));
      return rows(
        name,
        results.map((one) => one[way] as EvaluationResult),
        base,
      );
    });
    return lines.length > 0 ? markdownTable(HEAD, lines) : null;
  };
  const parts = [
    [
      `Sampled at temperature 1, beside the start model so sampled`,
      table(SAMPLED.name, () => before[SAMPLED.name] ?? null),
    ],
    [
      `Sampled at temperature 1, beside the start model at the temperature at which it is best on each type (greedy, or sampled at 0.2 to 1): what rises is more than sharpening, what falls was never sharpened`,
      table(SAMPLED.name, () => cooled),
    ],
    [`Greedy`, table(GREEDY.name, () => before[GREEDY.name] ?? null)],
    [
      `Greedy, deduction made to think, beside the start model so made: what is learnt besides when to think`,
      table(thinking, () => before[thinking] ?? null),
    ],
    [
      `Sampled at temperature 1, beside the control`,
      table(SAMPLED.name, (name) => (name === control ? null : (after.get(control) ?? null))),
    ],
    ...(before[MINI.name] ? [[`azr-mini, greedy`, table(MINI.name, () => before[MINI.name] ?? null)]] : []),
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
    ...parts.flatMap(([title, text]) => (text ? [`## ${title}`, text] : [])),
    "## Own tasks, the last ten steps",
    ownTasks(drawn),
    "Intervals are of the paired bootstrap over problems, the seeds pooled; the column of seeds has each one's own figure.",
    "",
  ].join("\n\n");
}

function rows(name: string, results: readonly EvaluationResult[], baseline: EvaluationResult): string[][] {
  return compare(pooled(results), baseline, [1]).rows.map((row) => {
    const group = row.name === "pass@1" ? undefined : row.name.slice(0, row.name.indexOf("/"));
    const own = results.map(({ outcomes }) =>
      accuracy(outcomes.filter((outcome) => group === undefined || outcome.group === group)),
    );
    return [
      name,
      group ?? "all",
      percent(row.baseline),
      percent(row.model),
      own.map(percent).join(" "),
      points(row.difference),
    ];
  });
}
