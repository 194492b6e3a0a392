import { type BarChart, barChart } from "../../pages/bar-chart.ts";
import { type LineChart, lineChart } from "../../pages/line-chart.ts";
import { html, type Markup } from "../../pages/markup.ts";
import { page } from "../../pages/page.ts";
import { table } from "../../pages/table.ts";
import type { EvaluationReport } from "../report.ts";
import { type ReportTable, reportTables } from "./tables.ts";

/** A report as a page in one file: pass@k by score and group, by checkpoint, then every table. */
export function resultPage(report: EvaluationReport): string {
  const lines = checkpointLines(report).map(lineChart);
  const pictures = lines.length > 0 && html`<div class="grid">${lines}</div>`;
  const [scores, ...others] = reportTables(report);
  const sections = [
    ...(scores ? [html`${section(scores, barChart(scoreBars(report)))}${pictures}`] : []),
    ...others.map((one) => section(one)),
  ];
  const note = `${report.finishedAt.slice(0, 16).replace("T", " ")} UTC${report.partial ? ", partial" : ""}`;
  return page(`${report.benchmark} of ${report.model}`, note, sections);
}

/** A table under its title, with a picture beside it where there is room. */
function section({ title, note, head, rows }: ReportTable, picture: Markup | null = null): Markup {
  const shown = table(head.every((cell) => cell === "") ? null : head, rows);
  const body = picture === null ? shown : html`<div class="pair"><div>${shown}</div>${picture}</div>`;
  return html`<section><h2>${title}</h2>${note && html`<p class="note">${note}</p>`}${body}</section>`;
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
