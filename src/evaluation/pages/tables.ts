import { visible } from "../../pages/markup.ts";
import { duration, percent, shortNumber } from "../../pages/numbers.ts";
import type { Comparison } from "../comparison.ts";
import type { Score } from "../pass-at-k.ts";
import type { EvaluationReport } from "../report.ts";

/** One table of a report, for a terminal, Markdown and HTML alike. */
export interface ReportTable {
  title: string;
  /** Said above it; empty when there is nothing to say. */
  note: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

const withInterval = ({ value, low, high }: Score): string =>
  `${percent(value)} (${percent(low)} to ${percent(high)})`;

/** A difference of shares in percentage points, with its sign. */
function points(share: number): string {
  const text = (100 * share).toFixed(1);
  return share > 0 && Number(text) > 0 ? `+${text}` : text;
}

/** What a report says, table by table; those that have nothing to say are left out. */
export function reportTables(report: EvaluationReport): ReportTable[] {
  const { comparison, references, checkpoints } = report;
  return [
    scores(report),
    ...(comparison ? [compared(comparison), flipped(comparison)] : []),
    ...(references ? [quoted(references)] : []),
    ...(checkpoints && checkpoints.length > 1 ? [byCheckpoint(checkpoints)] : []),
    verdicts(report),
    about(report),
  ].filter(({ rows }) => rows.length > 0);
}

function scores({ scores, partial, missing, problems }: EvaluationReport): ReportTable {
  const all = problems + missing;
  const notes = [
    ...(partial ? ["Partial: ended before every sample was judged."] : []),
    ...(missing > 0
      ? [`${missing} of ${all} problems have no sample: the scores are of the other ${problems}.`]
      : []),
  ];
  return {
    title: "Scores",
    note: notes.join(" "),
    head: ["score", "value (95% interval over problems)"],
    rows: Object.entries(scores).map(([name, score]) => [name, withInterval(score)]),
  };
}

function compared({ model, baseline, problems, leftOut, rows, differences }: Comparison): ReportTable {
  const notes = [
    `Over the ${problems} problems that both were scored on${leftOut > 0 ? `; ${leftOut} are left out` : ""}.`,
    ...(differences.length > 0 ? [`Sampled otherwise than the baseline: ${differences.join("; ")}.`] : []),
  ];
  return {
    title: "Against the baseline",
    note: notes.join(" "),
    head: ["score", `baseline: ${baseline}`, model, "difference, points (95% interval, paired)"],
    rows: rows.map((row) => [
      row.name,
      percent(row.baseline),
      percent(row.model),
      `${points(row.difference.value)} (${points(row.difference.low)} to ${points(row.difference.high)})`,
    ]),
  };
}

function flipped({ gained, lost, mcnemar }: Comparison): ReportTable {
  const test = mcnemar
    ? `McNemar's exact test: p = ${shortNumber(mcnemar.p)}.`
    : "The two drew different numbers of samples: McNemar's test does not apply.";
  return {
    title: "Problems that flipped",
    note: `Solved by at least one sample of the one and none of the other. ${test}`,
    head: ["", "number", "problems"],
    rows: [
      ["solved by the model alone", String(gained.length), visible(gained.join(", "))],
      ["solved by the baseline alone", String(lost.length), visible(lost.join(", "))],
    ],
  };
}

function quoted(references: NonNullable<EvaluationReport["references"]>): ReportTable {
  return {
    title: "Quoted, not measured here",
    note: "Figures that another project gives, made with its own prompts and settings.",
    head: ["model", "scores", "quoted by"],
    rows: references.map(({ model, project, scores }) => [
      model,
      Object.entries(scores)
        .map(([name, share]) => `${name} ${percent(share)}`)
        .join(", "),
      project,
    ]),
  };
}

function byCheckpoint(checkpoints: NonNullable<EvaluationReport["checkpoints"]>): ReportTable {
  const names = [...new Set(checkpoints.flatMap(({ scores }) => Object.keys(scores)))];
  return {
    title: "By checkpoint",
    note: "",
    head: ["step", ...names],
    rows: checkpoints.map(({ step, scores }) => [
      String(step),
      ...names.map((name) => (scores[name] ? withInterval(scores[name]) : "")),
    ]),
  };
}

function verdicts({ verdicts }: EvaluationReport): ReportTable {
  return {
    title: "Verdicts",
    note: "",
    head: ["verdict", "samples"],
    rows: Object.entries(verdicts)
      .sort((a, b) => b[1] - a[1])
      .map(([name, count]) => [name, String(count)]),
  };
}

const SETTINGS: Readonly<Record<string, string>> = {
  samples: "samples a problem",
  topP: "top-p",
  maxTokens: "most new tokens",
  data: "data file",
  quantize: "weights packed in bits",
  version: "azr-tui",
};

function about({
  problems,
  samples,
  passed,
  settings,
  setup,
  seconds,
  times,
}: EvaluationReport): ReportTable {
  return {
    title: "How it was made",
    note: "",
    head: ["", ""],
    rows: [
      ["samples", `${passed} of ${samples} passed, of ${problems} problems`],
      ...Object.entries({ ...settings, ...setup }).map(([name, value]) => [
        SETTINGS[name] ?? name,
        visible(String(value)),
      ]),
      ["time", duration(seconds)],
      ...(times
        ? [
            [
              "generation",
              `${duration(times.generation)}, ${shortNumber(times.tokens / times.generation)} tokens/s`,
            ],
            ["grading not hidden behind it", percent(times.gradingShare)],
          ]
        : []),
    ],
  };
}
