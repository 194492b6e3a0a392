import { html, type Markup } from "../../../pages/markup.ts";
import { table } from "../../../pages/table.ts";
import { keyFigures, shownTrend, trends } from "../key-figures.ts";
import type { ReportedRuns } from "./reported-runs.ts";

/** Where the runs stand in figures, and how their curves moved. */
export function summary(runs: ReportedRuns): Markup {
  const columns = runs.map((run) => new Map(keyFigures(run)));
  const labels = [...new Set(columns.flatMap((figures) => [...figures.keys()]))];
  const moved = runs.map((run) => new Map(trends(run).map((trend) => [trend.name, trend])));
  const names = [...new Set(moved.flatMap((one) => [...one.keys()]))];
  return html`<section><h2>Summary</h2><div class="pair"><div>
${table(
  runs.length > 1 ? ["", ...runs.map(({ status }) => status.name)] : null,
  labels.map((label) => [label, ...columns.map((figures) => figures.get(label) ?? "")]),
)}</div><div>
${
  names.length > 0 &&
  html`<h3>How it moved</h3><p class="note">Mean over the first quarter of the steps, then over the last.</p>
${table(
  ["", ...runs.map(({ status }) => status.name)],
  names.map((name) => [
    name,
    ...moved.map((one) => {
      const trend = one.get(name);
      return trend ? `${shownTrend(trend.first, trend.share)} → ${shownTrend(trend.last, trend.share)}` : "";
    }),
  ]),
)}`
}</div></div></section>`;
}
