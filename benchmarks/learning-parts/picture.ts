import { lineChart, type Series } from "../../src/pages/line-chart.ts";
import { html, Markup } from "../../src/pages/markup.ts";
import { page } from "../../src/pages/page.ts";

type Curves = Record<string, [step: number, value: number][]>;

/** Charts of what is drawn together: one figure, a line for each variant, the mean over its seeds. */
const CHARTS = [
  { title: "Reward of abduction's answers", name: "solve/abduction/reward" },
  { title: "Reward of deduction's answers", name: "solve/deduction/reward" },
  { title: "Held out: abduction, sampled", name: "evaluation/tiny-heldout/abduction/pass@1", unit: "share" },
  { title: "Held out: deduction, sampled", name: "evaluation/tiny-heldout/deduction/pass@1", unit: "share" },
  { title: "Different programs, deduction", name: "propose/deduction/unique_recent", unit: "share" },
  { title: "Valid proposals, abduction", name: "propose/abduction/validity", unit: "share" },
] as const;

/** One HTML file with the curves of all variants; `runs` holds each variant's runs. */
export function picture(title: string, runs: ReadonlyMap<string, readonly Curves[]>): string {
  const charts = CHARTS.map(({ title: caption, name, ...rest }) =>
    lineChart({
      title: caption,
      ...rest,
      series: [...runs].map(([label, all]): Series => ({ label, points: meanOf(all, name) })),
    }),
  );
  return page(title, "Means over the seeds of each variant.", [
    html`<div class="charts">${charts.map((one) => one ?? new Markup(""))}</div>`,
  ]);
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
