import { type LineChart, lineChart } from "../../../pages/line-chart.ts";
import { html, type Markup } from "../../../pages/markup.ts";
import { moment, percent, shortNumber } from "../../../pages/numbers.ts";
import { table } from "../../../pages/table.ts";
import type { EvaluationRecord } from "../../../runs/records.ts";
import type { RunData } from "../run-data.ts";
import { isRate, type Score, scoresOf } from "../scores.ts";
import type { ReportedRuns } from "./reported-runs.ts";

/** Every evaluation with its scores and intervals; a chart where there are several. */
export function evaluationResults(runs: ReportedRuns): Markup | null {
  const all = runs.flatMap((run) => run.evaluations.map((evaluation) => ({ run, evaluation })));
  if (all.length === 0) return null;
  const rows = all.map(({ run, evaluation }) => [
    ...(runs.length > 1 ? [run.status.name] : []),
    evaluation.benchmark,
    String(evaluation.step),
    scoresOf(evaluation).map(scoreText).join(", "),
    moment(evaluation.finishedAt),
  ]);
  const head = [...(runs.length > 1 ? ["run"] : []), "benchmark", "step", "scores (95% interval)", "at"];
  const charts = evaluationCharts(runs).flatMap((chart) => lineChart(chart) ?? []);
  return html`<section><h2>Evaluations</h2>${table(head, rows)}
${charts.length > 0 && html`<div class="grid">${charts}</div>`}</section>`;
}

function scoreText(score: Score): string {
  const { name, value, low, high } = score;
  if (low === undefined || high === undefined) {
    return `${name} ${isRate(score) ? percent(value) : shortNumber(value)}`;
  }
  return `${name} ${percent(value)} (${percent(low)} to ${percent(high)})`;
}

/** A chart for each rate of a benchmark that was measured more than once, a line for each run. */
function evaluationCharts(runs: readonly RunData[]): LineChart[] {
  const titled = (evaluation: EvaluationRecord, { name }: Score) => `${evaluation.benchmark} ${name}`;
  const titles = runs.flatMap(({ evaluations }) =>
    evaluations.flatMap((evaluation) =>
      scoresOf(evaluation)
        .filter(isRate)
        .map((score) => titled(evaluation, score)),
    ),
  );
  const charts = [...new Set(titles)].map((title) => ({
    title,
    unit: "rate" as const,
    series: runs.map(({ status, evaluations }) => ({
      label: status.name,
      points: evaluations
        .flatMap((evaluation) =>
          scoresOf(evaluation)
            .filter((score) => isRate(score) && titled(evaluation, score) === title)
            .map(({ name: _, ...score }) => ({ step: evaluation.step, ...score })),
        )
        .sort((a, b) => a.step - b.step),
    })),
  }));
  return charts.filter(({ series }) => series.some(({ points }) => points.length > 1));
}
