import { type LineChart, lineChart } from "../../../pages/line-chart.ts";
import { html, type Markup } from "../../../pages/markup.ts";
import { planCharts } from "../curves.ts";
import type { RunData } from "../run-data.ts";
import type { ReportedRuns } from "./reported-runs.ts";

/** A chart for each kind of figure, those of less interest folded. */
export function curves(runs: ReportedRuns): Markup | null {
  const names = [...new Set(runs.flatMap(({ figures }) => [...figures.keys()]))].sort();
  const sections = planCharts(names).map(({ title, charts, folded }) => {
    const drawn = charts.flatMap((chart) => chartsOf(chart, runs)).flatMap((chart) => lineChart(chart) ?? []);
    if (drawn.length === 0) return null;
    const grid = html`<div class="grid">${drawn}</div>`;
    return folded
      ? html`<details><summary>${title} (${drawn.length})</summary>${grid}</details>`
      : html`<h3>${title}</h3>${grid}`;
  });
  const note =
    "Lines of ten values or more are smoothed (moving average, 0.8), the values themselves faint behind.";
  return html`<section><h2>Curves</h2><p class="note">By step. ${note}</p>${sections}</section>`;
}

/** One run's figures share a chart; of several runs each figure has its own, a line for each run. */
function chartsOf(
  { title, unit, lines }: ReturnType<typeof planCharts>[number]["charts"][number],
  runs: readonly RunData[],
): LineChart[] {
  const [only] = runs;
  const kind = unit ? { unit } : {};
  if (runs.length === 1 && only) {
    return [
      { title, ...kind, series: lines.map(({ label, name }) => ({ label, points: points(only, name) })) },
    ];
  }
  return lines.map(({ label, name }) => ({
    title: label ? `${title}: ${label}` : title,
    ...kind,
    series: runs.map((run) => ({ label: run.status.name, points: points(run, name) })),
  }));
}

const points = ({ figures }: RunData, name: string) => figures.get(name) ?? [];
