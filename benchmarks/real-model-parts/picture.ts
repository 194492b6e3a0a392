import { image } from "../../src/pages/image.ts";
import { lineChart } from "../../src/pages/line-chart.ts";
import { html } from "../../src/pages/markup.ts";
import type { Curves } from "../parts/curves.ts";

/** Figures of a type each, a chart to a figure and a line to a type. */
const BY_TYPE = [
  { title: "Valid proposals", name: "propose/TYPE/validity", unit: "share" },
  { title: "Different programs", name: "propose/TYPE/unique_recent", unit: "share" },
  { title: "Right answers to own tasks", name: "solve/TYPE/solve_rate", unit: "share" },
  { title: "Reward of proposals", name: "propose/TYPE/reward" },
  { title: "Reward of answers", name: "solve/TYPE/reward" },
] as const;

/** One figure each, of the whole run. */
const WHOLE = [{ title: "azr-mini, easy", name: "evaluation/azr-mini/easy/pass@1", unit: "share" }] as const;

/** The curves of one run as an SVG image. */
export function picture(title: string, curves: Curves): string {
  const types = Object.keys(curves).flatMap((name) => /^propose\/([^/]+)\/validity$/.exec(name)?.[1] ?? []);
  const points = (name: string) => (curves[name] ?? []).map(([step, value]) => ({ step, value }));
  const charts = [
    ...BY_TYPE.map(({ name, ...rest }) =>
      lineChart({
        ...rest,
        series: types.map((type) => ({ label: type, points: points(name.replace("TYPE", type)) })),
      }),
    ),
    ...WHOLE.map(({ name, ...rest }) =>
      lineChart({ ...rest, series: [{ label: rest.title, points: points(name) }] }),
    ),
  ].flatMap((chart) => chart ?? []);
  const height = 90 + 296 * Math.ceil(charts.length / 3);
  return image(title, [html`<div class="grid">${charts}</div>`], { width: 1120, height });
}
