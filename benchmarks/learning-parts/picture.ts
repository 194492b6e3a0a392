import { image } from "../../src/pages/image.ts";
import { lineChart, type Series } from "../../src/pages/line-chart.ts";
import { html } from "../../src/pages/markup.ts";
import type { Curves } from "../parts/curves.ts";

const reward = (type: string) => ({ title: `Reward of answers, ${type}`, name: `solve/${type}/reward` });
const heldOut = (type: string) =>
  ({
    title: `Held out, sampled: ${type}`,
    name: `evaluation/tiny-heldout/${type}/pass@1`,
    unit: "share",
  }) as const;

/** Charts of what is drawn together, three in a row: one figure, a line for each variant, the mean over its seeds. */
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

/** The curves of all variants as an SVG image; `runs` holds each variant's runs. */
export function picture(title: string, runs: ReadonlyMap<string, readonly Curves[]>): string {
  const charts = CHARTS.flatMap(({ title: caption, name, ...rest }) => {
    const series = [...runs].map(([label, all]): Series => ({ label, points: meanOf(all, name) }));
    return lineChart({ title: caption, ...rest, series }) ?? [];
  });
  return image(title, [html`<div class="grid">${charts}</div>`], {
    width: 1120,
    // Legends take a line for every one or two variants.
    height: 90 + (252 + 22 * Math.ceil((2 * runs.size) / 3)) * Math.ceil(charts.length / 3),
  });
}

/** At each step the mean over the runs that have it. */
function meanOf(all: readonly Curves[], name: string): { step: number; value: number }[] {
  const byStep = Map.groupBy(
    all.flatMap((curves) => curves[name] ?? []),
    ([step]) => step,
  );
  return [...byStep]
    .sort(([a], [b]) => a - b)
    .map(([step, points]) => ({
      step,
      value: points.reduce((sum, [, value]) => sum + value, 0) / points.length,
    }));
}
