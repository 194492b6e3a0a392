import Line from "blessed-contrib/lib/widget/charts/line";
import { Canvas as DrawilleCanvas } from "drawille-canvas-blessed-contrib";
import { mergeColourRuns } from "./sgr.ts";

/** Colours that both the canvas and Ink know. */
export type ChartColour = "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "white";

export interface Series {
  title: string;
  colour: ChartColour;
  /** Points by ascending step; non-finite values are left out. */
  points: readonly { step: number; value: number | null }[];
}

export interface ChartSize {
  columns: number;
  rows: number;
}

/**
 * Series over steps as lines of braille cells, drawn by blessed-contrib's line chart on a bare canvas (a
 * blessed Screen would fight Ink over the terminal). Null when there is no finite point or no room.
 * A step without a value holds the series' last one; values beyond the bulk of the others are clamped.
 */
export function lineChart(series: readonly Series[], { columns, rows }: ChartSize): string | null {
  const finite = series.map((one) => one.points.filter(isFinitePoint)).map(clampOutliers);
  const steps = [...new Set(finite.flat().map((point) => point.step))].sort((a, b) => a - b);
  if (steps.length === 0 || columns < 20 || rows < 5) return null;
  const axis = downsample(steps, columns);
  const values = finite.flat().map((point) => point.value);
  const [low, high] = padded(Math.min(...values), Math.max(...values));

  // The widest y label, two dots a column, with a margin; blessed-contrib would otherwise cut it off.
  const labelWidth = Math.max(...[low, high].map((bound) => bound.toFixed(2).length)) * 2 + 4;
  const chart = Object.create(Line.prototype) as LineHost;
  const size = { width: columns * 2, height: rows * 4 };
  const canvas = new DrawilleCanvas(size.width, size.height);
  Object.defineProperty(chart, "width", { value: columns });
  Object.defineProperty(chart, "height", { value: rows });
  chart.canvasSize = size;
  chart.ctx = canvas.getContext();
  chart.options = {
    showNthLabel: 1,
    style: { line: "white", text: "white", baseline: "white" },
    xLabelPadding: labelWidth - 2,
    xPadding: labelWidth,
    numYLabels: Math.max(2, Math.min(5, Math.floor(rows / 2))),
    legend: {},
    showLegend: false,
    wholeNumbersOnly: false,
    minY: low,
    maxY: high,
  };
  chart.setData(
    finite.flatMap((points, index) => {
      const { title = "", colour = "white" } = series[index] ?? {};
      if (points.length === 0) return [];
      return [
        {
          title,
          x: axis.map((step, i) => (axis[i - 1] === step ? "" : String(step))),
          y: held(points, axis),
          style: { line: colour },
        },
      ];
    }),
  );
  return mergeColourRuns(chart.ctx._canvas.frame().replace(/\n+$/, ""));
}

interface Point {
  step: number;
  value: number;
}

interface LineHost {
  canvasSize: { width: number; height: number };
  ctx: { _canvas: { frame(): string } };
  options: object;
  setData(data: object[]): void;
}

const isFinitePoint = (point: { step: number; value: number | null }): point is Point =>
  point.value !== null && Number.isFinite(point.value);

/** Pulls values that lie more than 20 interquartile ranges out back to that bound: one spike hides all else. */
function clampOutliers(points: readonly Point[]): Point[] {
  if (points.length < 8) return [...points];
  const sorted = points.map((point) => point.value).sort((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.floor(q * (sorted.length - 1))] as number;
  const spread = 20 * (quantile(0.75) - quantile(0.25) || Math.abs(quantile(0.5)) || 1);
  const [low, high] = [quantile(0.25) - spread, quantile(0.75) + spread];
  return points.map(({ step, value }) => ({ step, value: Math.min(high, Math.max(low, value)) }));
}

/** At most one step per column, the first and the last among them. A lone step is drawn as a short line. */
function downsample(steps: readonly number[], columns: number): number[] {
  if (steps.length === 1) return [steps[0] as number, steps[0] as number];
  if (steps.length <= columns) return [...steps];
  return Array.from(
    { length: columns },
    (_, i) => steps[Math.round((i * (steps.length - 1)) / (columns - 1))] as number,
  );
}

function padded(low: number, high: number): [number, number] {
  const margin = (high - low || Math.abs(high) || 1) * 0.08;
  // blessed-contrib takes a bound of exactly 0 for one that is not set.
  return [low - margin, high + margin || Number.EPSILON];
}

/** The series' value at each step of the axis: the last one at or before it, else its first. */
function held(points: readonly Point[], axis: readonly number[]): number[] {
  let next = 0;
  let value = (points[0] as Point).value;
  return axis.map((step) => {
    while (next < points.length && (points[next] as Point).step <= step)
      value = (points[next++] as Point).value;
    return value;
  });
}
