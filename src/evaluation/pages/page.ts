import { type BarChart, barChart } from "../../pages/bar-chart.ts";
import { type LineChart, lineChart } from "../../pages/line-chart.ts";
import { html, type Markup } from "../../pages/markup.ts";
import { page } from "../../pages/page.ts";
import { table } from "../../pages/table.ts";
import type { EvaluationReport } from "../report.ts";
import { reportTables } from "./tables.ts";

/** A report as a page in one file: pass@k by score and group, by checkpoint, then every table. */
export function resultPage(report: EvaluationReport): string {
  const [first, ...rest] = reportTables(report).map(
    ({ title, note, head, rows }) =>
      html`<section><h2>${title}</h2>${note && html`<p class="note">${note}</p>`}${table(head.every((cell) => cell === "") ? null : head, rows)}</section>`,
  );
  const charts = [barChart(scoreBars(report)), ...checkpointLines(report).map(lineChart)].filter(
    (chart): chart is Markup => chart !== null,
  );
  const pictures = charts.length > 0 && html`<div class="grid">${charts}</div>`;
  const note = `${report.finishedAt.slice(0, 16).replace("T", " ")} UTC${report.partial ? ", partial" : ""}`;
  return page(`${report.benchmark} of ${report.model}`, note, [html`${first}${pictures}`, ...rest]);
}

function scoreBars({ model, scores, comparison }: EvaluationReport): BarChart {
  if (!comparison) {
    const names = Object.keys(scores);
    return {
      title: "Pass rates",
      categories: names,
      series: [{ label: model, bars: names.map((name) => scores[name] ?? null) }],
    };
  }
  const { rows, baseline } = comparison;
  return {
    title: "Pass rates on the problems of both",
    categories: rows.map(({ name }) => name),
    series: [
      { label: baseline, bars: rows.map((row) => ({ value: row.baseline })) },
      { label: model, bars: rows.map((row) => ({ value: row.model })) },
    ],
  };
}

/** A line for each score over the checkpoints, with their intervals. */
function checkpointLines({ checkpoints = [] }: EvaluationReport): LineChart[] {
  if (checkpoints.length < 2) return [];
  const names = [...new Set(checkpoints.flatMap(({ scores }) => Object.keys(scores)))];
  return names.map((name) => ({
    title: `${name} by checkpoint`,
    unit: "rate" as const,
    series: [
      {
        label: name,
        points: checkpoints.flatMap(({ step, scores }) => (scores[name] ? [{ step, ...scores[name] }] : [])),
      },
    ],
  }));
}
