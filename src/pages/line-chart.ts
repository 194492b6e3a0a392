import { type ScaleLinear, scaleLinear } from "d3-scale";
import { line } from "d3-shape";

import { html, type Markup } from "./markup.ts";
import { shortNumber } from "./numbers.ts";
import { type Point, smoothed, thinned } from "./smoothing.ts";

export interface Series {
  label: string;
  points: readonly ChartPoint[];
}

/** A point, with the ends of its interval where it has one. */
export interface ChartPoint extends Point {
  low?: number;
  high?: number;
}

export interface LineChart {
  title: string;
  series: readonly Series[];
  /** A share is drawn from 0 to 1 and a rate where it lies, both in percent; bytes in GiB or MiB. */
  unit?: "share" | "rate" | "bytes";
}

const WIDTH = 420;
const HEIGHT = 244;
const INSET = { left: 56, right: 20, top: 10, bottom: 40 };
/** Points of a line at most. */
const DRAWN = 300;
/** From this many values on a line is smoothed, and the values themselves are faint behind it. */
const SMOOTHED_FROM = 10;
/** Up to this many values each gets a dot. */
const DOTTED_TO = 40;

interface PlacedSeries extends Series {
  place: number;
}

type Scale = ScaleLinear<number, number>;

/** A chart as SVG within a figure, with its legend; null when no series has a finite value. Colours are the page's. */
export function lineChart(chart: LineChart): Markup | null {
  const { title, series, unit } = chart.unit === "bytes" ? inBinaryUnit(chart) : chart;
  // Each keeps its place, and so its colour from chart to chart, when others have nothing to draw.
  const drawn = series.flatMap((one, place) => (one.points.some(isFinitePoint) ? { ...one, place } : []));
  if (drawn.length === 0) return null;
  const x = stepScale(drawn);
  const y = valueScale(drawn, unit);
  const show = unit === "share" || unit === "rate" ? tickPercent : shortNumber;
  return html`<figure class="chart"><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${axes(x, y, show)}
${drawn.map((one) => seriesMarkup(one, x, y, show))}
</svg>
${legend(drawn, show)}</figure>
`;
}

function stepScale(series: readonly Series[]): Scale {
  const steps = series.flatMap(({ points }) => points.map(({ step }) => step));
  const [low, high] = extent(steps);
  const [from, to] = low === high ? [low - 1, high + 1] : [low, high];
  return scaleLinear([from, to], [INSET.left, WIDTH - INSET.right]);
}

function valueScale(series: readonly Series[], unit: LineChart["unit"]): Scale {
  const range = [HEIGHT - INSET.bottom, INSET.top];
  if (unit === "share") return scaleLinear([0, 1], range);
  const values = series.flatMap(({ points }) =>
    points.flatMap(({ value, low, high }) => [value, low, high].filter(isNumber)),
  );
  const [low, high] = extent(values);
  const margin = low === high ? Math.abs(low) / 2 || 1 : 0;
  return scaleLinear([low - margin, high + margin], range).nice(4);
}

function axes(x: Scale, y: Scale, show: (value: number) => string): Markup {
  const [bottom, right] = [HEIGHT - INSET.bottom, WIDTH - INSET.right];
  const steps = x.ticks(6).filter(Number.isInteger);
  return html`<g class="axis">${y
    .ticks(4)
    .map(
      (tick) =>
        html`<line x1="${INSET.left}" x2="${right}" y1="${at(y(tick))}" y2="${at(y(tick))}"/><text x="${INSET.left - 6}" y="${at(y(tick) + 4)}" text-anchor="end">${show(tick)}</text>`,
    )}${steps.map(
    (tick) => html`<text x="${at(x(tick))}" y="${bottom + 16}" text-anchor="middle">${tick}</text>`,
  )}<text x="${(INSET.left + right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">step</text></g>`;
}

function seriesMarkup(
  { label, points, place }: PlacedSeries,
  x: Scale,
  y: Scale,
  show: (value: number) => string,
): Markup {
  const path = line<Point>()
    .defined(isFinitePoint)
    .x(({ step }) => x(step))
    .y(({ value }) => y(value ?? 0))
    .digits(1);
  const count = points.filter(isFinitePoint).length;
  const smooth = count >= SMOOTHED_FROM && points.every(({ low }) => low === undefined);
  const raw = path(thinned(points, DRAWN));
  const dots =
    count <= DOTTED_TO ? points.filter(isFinitePoint) : points.filter((_, i) => isAlone(points, i));
  return html`<g class="series ${colourClass(place)}">${
    smooth && html`<path class="raw" d="${raw}"/>`
  }<path d="${smooth ? path(thinned(smoothed(points), DRAWN)) : raw}"/>${dots.map((point) =>
    dot(point, smooth, label, x, y, show),
  )}</g>`;
}

function dot(
  { step, value, low, high }: ChartPoint,
  faint: boolean,
  label: string,
  x: Scale,
  y: Scale,
  show: (value: number) => string,
): Markup {
  const interval = isNumber(low) && isNumber(high);
  const bar =
    interval && html`<line x1="${at(x(step))}" x2="${at(x(step))}" y1="${at(y(low))}" y2="${at(y(high))}"/>`;
  const range = interval ? ` (${show(low)} to ${show(high)})` : "";
  return html`${bar}<circle class="${faint ? "raw" : ""}" cx="${at(x(step))}" cy="${at(y(value ?? 0))}" r="2.2"><title>${label}, step ${step}: ${show(value ?? 0)}${range}</title></circle>`;
}

/** The names with their last values; a single series needs no key. */
function legend(series: readonly PlacedSeries[], show: (value: number) => string): Markup {
  const entries = series.map(({ label, points, place }) => {
    const last = points.findLast(isFinitePoint);
    const value = last ? show(last.value ?? 0) : "";
    return html`<li class="${colourClass(place)}"><span class="key"></span>${label} <b>${value}</b></li>`;
  });
  return html`<ul class="legend">${entries}</ul>`;
}

/** Six colours; further series have the same ones dashed. */
const colourClass = (index: number): string => `c${index % 6}${index >= 6 ? " dashed" : ""}`;

const isNumber = (value: number | null | undefined): value is number =>
  typeof value === "number" && Number.isFinite(value);

const isFinitePoint = ({ value }: Point): boolean => isNumber(value);

/** A value between gaps, through which no line goes. */
function isAlone(points: readonly Point[], i: number): boolean {
  const present = (j: number) => isNumber(points[j]?.value);
  return present(i) && !present(i - 1) && !present(i + 1);
}

function extent(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

const at = (coordinate: number): number => Math.round(coordinate * 10) / 10;
const tickPercent = (share: number): string => `${Math.round(share * 1000) / 10}%`;

function inBinaryUnit({ title, series }: LineChart): LineChart {
  const [, most] = extent(series.flatMap(({ points }) => points.map(({ value }) => value ?? 0)));
  const [size, unit] = most >= 2 ** 30 ? [2 ** 30, "GiB"] : [2 ** 20, "MiB"];
  const scaled = ({ step, value }: ChartPoint) => ({ step, value: value === null ? null : value / size });
  return {
    title: `${title}, ${unit}`,
    series: series.map(({ label, points }) => ({ label, points: points.map(scaled) })),
  };
}
