import { image } from "../../src/pages/image.ts";
import { type ChartPoint, lineChart, type Series } from "../../src/pages/line-chart.ts";
import { html } from "../../src/pages/markup.ts";
import { mean } from "../parts/mean.ts";
import { byVariant } from "./by-variant.ts";
import type { Played } from "./results.ts";
import { WATCHED } from "./variants.ts";

const reward = (type: string) => ({ title: `Reward of answers, ${type}`, name: `solve/${type}/reward` });
const heldOut = (type: string) =>
  ({
    title: `Held out, sampled: ${type}`,
    name: `evaluation/tiny-heldout/${type}/pass@1`,
    unit: "share",
  }) as const;

/** Charts, three in a row: one figure, a line for each variant, the mean over its seeds. */
const CHARTS = [
  reward("deduction"),
  heldOut("deduction"),
  { title: "Answers with a thought, deduction", name: "solve/deduction/thoughts", unit: "share" } as const,
  reward("abduction"),
  heldOut("abduction"),
  { title: "Different programs, deduction", name: "propose/deduction/unique_recent", unit: "share" } as const,
  reward("induction"),
  heldOut("induction"),
  heldOut("completion"),
];

/** Every figure that is drawn. */
export const DRAWN: readonly string[] = CHARTS.map(({ name }) => name);

/** The curves of the presets and the controls as an SVG image. */
export function picture(title: string, runs: readonly Played[]): string {
  const lines = byVariant(runs).filter(([{ kind }]) => WATCHED.includes(kind));
  const charts = CHARTS.flatMap(({ title: caption, name, ...rest }) => {
    const series = lines.map(([{ name: label }, own]): Series => ({ label, points: meanOf(own, name) }));
    return lineChart({ title: caption, ...rest, series }) ?? [];
  });
  return image(title, [html`<div class="grid">${charts}</div>`], {
    width: 1120,
    // Legends take a line for every two variants.
    height: 90 + (252 + 22 * Math.ceil(lines.length / 2)) * Math.ceil(charts.length / 3),
  });
}

/** At each step the mean over the runs that have it; of evaluations, which are few, the lowest and the highest besides. */
function meanOf(runs: readonly Played[], name: string): ChartPoint[] {
  const byStep = Map.groupBy(
    runs.flatMap(({ curves }) => curves[name] ?? []),
    ([step]) => step,
  );
  return [...byStep]
    .sort(([a], [b]) => a - b)
    .map(([step, points]) => {
      const values = points.map(([, value]) => value);
      const ends = name.startsWith("evaluation/") && values.length > 1;
      return {
        step,
        value: mean(values),
        ...(ends ? { low: Math.min(...values), high: Math.max(...values) } : {}),
      };
    });
}
