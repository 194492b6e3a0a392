import { image } from "../../src/pages/image.ts";
import { lineChart, type Series } from "../../src/pages/line-chart.ts";
import { html } from "../../src/pages/markup.ts";

type Curves = Record<string, [step: number, value: number][]>;

/** Charts of what is drawn together: one figure, a line for each variant, the mean over its seeds. */
const CHARTS = [
  ...(["induction", "abduction", "deduction"] as const).flatMap((type) => [
    { title: `Reward of answers, ${type}`, name: `solve/${type}/reward` },
    {
      title: `Held out, sampled: ${type}`,
      name: `evaluation/tiny-heldout/${type}/pass@1`,
      unit: "share",
    } as const,
  ]),
  {
    title: "Held out, sampled: completion",
    name: "evaluation/tiny-heldout/completion/pass@1",
    unit: "share",
  },
  { title: "Length of answers, deduction", name: "solve/deduction/response_tokens" },
  { title: "Different programs, deduction", name: "propose/deduction/unique_recent", unit: "share" },
  { title: "Valid proposals, abduction", name: "propose/abduction/validity", unit: "share" },
] as const;

/** The curves of all variants as an SVG image; `runs` holds each variant's runs. */
export function picture(title: string, runs: ReadonlyMap<string, readonly Curves[]>): string {
  const charts = CHARTS.flatMap(({ title: caption, name, ...rest }) => {
    const series = [...runs].map(([label, all]): Series => ({ label, points: meanOf(all, name) }));
    return lineChart({ title: caption, ...rest, series }) ?? [];
  });
  return image(title, [html`<div class="grid">${charts}</div>`], {
    width: 1120,
    height: 90 + 274 * Math.ceil(charts.length / 3),
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
