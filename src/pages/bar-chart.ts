import { scaleBand, scaleLinear } from "d3-scale";
import { html, type Markup } from "./markup.ts";
import { percent } from "./numbers.ts";

/** A share, with the ends of its interval where it has one. */
export interface Bar {
  value: number;
  low?: number;
  high?: number;
}

/** Shares by category, a bar for each series. */
export interface BarChart {
  title: string;
  categories: readonly string[];
  /** Bars in the order of the categories; null where a series has none. */
  series: readonly { label: string; bars: readonly (Bar | null)[] }[];
}

const WIDTH = 420;
const ROW = 20;
const INSET = { left: 136, right: 52, top: 6, bottom: 24 };
/** The least share that the axis reaches to: bars that are all small stay told apart from large ones. */
const LEAST_TOP = 0.1;

/** Bars from 0 on that lie one below the other, as SVG within a figure; null without a category. */
export function barChart({ title, categories, series }: BarChart): Markup | null {
  if (categories.length === 0) return null;
  const height = INSET.top + INSET.bottom + categories.length * (series.length * ROW + 8);
  const ends = series.flatMap(({ bars }) => bars.flatMap((bar) => (bar ? [bar.value, bar.high ?? 0] : [])));
  const most = Math.max(LEAST_TOP, ...ends.filter(Number.isFinite));
  const x = scaleLinear([0, most], [INSET.left, WIDTH - INSET.right]).nice(4);
  const y = scaleBand(categories, [INSET.top, height - INSET.bottom]).paddingInner(0.15);
  const thick = y.bandwidth() / series.length;
  const bars = series.map(({ label, bars }, place) =>
    bars.map((bar, i) => {
      if (bar === null || !Number.isFinite(bar.value)) return null;
      const top = (y(categories[i] ?? "") ?? 0) + place * thick;
      return html`<g class="c${place % 6}">${barMarkup(bar, `${label}, ${categories[i] ?? ""}`, top, thick, x)}</g>`;
    }),
  );
  const names = categories.map(
    (name) =>
      html`<text x="${INSET.left - 8}" y="${at((y(name) ?? 0) + y.bandwidth() / 2 + 4)}" text-anchor="end">${name}</text>`,
  );
  const ticks = x
    .ticks(4)
    .map(
      (tick) =>
        html`<line x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${INSET.top}" y2="${height - INSET.bottom}"/><text x="${at(x(tick))}" y="${height - 6}" text-anchor="middle">${Math.round(1000 * tick) / 10}%</text>`,
    );
  const keys = series.map(
    ({ label }, i) => html`<li class="c${i % 6}"><span class="key"></span>${label}</li>`,
  );
  // One series is what the page is about.
  const legend = series.length > 1 && html`<ul class="legend">${keys}</ul>`;
  return html`<figure class="chart"><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}"><g class="axis">${ticks}${names}</g>${bars}</svg>
${legend}</figure>
`;
}

function barMarkup(
  { value, low, high }: Bar,
  label: string,
  top: number,
  thick: number,
  x: (share: number) => number,
): Markup {
  const middle = at(top + thick / 2);
  const interval = low !== undefined && high !== undefined;
  const range = interval ? ` (${percent(low)} to ${percent(high)})` : "";
  return html`<rect class="bar" x="${at(x(0))}" y="${at(top + 1)}" width="${at(x(value) - x(0))}" height="${at(Math.max(1, thick - 2))}"><title>${label}: ${percent(value)}${range}</title></rect>${
    interval &&
    html`<line class="interval" x1="${at(x(low))}" x2="${at(x(high))}" y1="${middle}" y2="${middle}"/>`
  }<text class="value" x="${at(x(Math.max(value, high ?? 0)) + 5)}" y="${at(top + thick / 2 + 4)}">${percent(value)}</text>`;
}

const at = (coordinate: number): number => Math.round(coordinate * 10) / 10;
