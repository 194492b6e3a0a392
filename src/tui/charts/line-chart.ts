import Line from "blessed-contrib/lib/widget/charts/line";
import { Canvas as DrawilleCanvas } from "drawille-canvas-blessed-contrib";
import { type Scale, scaleOf } from "./scale.ts";
import { mergeColourRuns } from "./sgr.ts";

/** Colours that both the canvas and Ink know. */
export type ChartColour = "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "white";

export interface Series {
  title: string;
  colour: ChartColour;
  /** One character, drawn on the line here and there: tells series apart without colour. */
  mark: string;
  /** Points by ascending step; non-finite values are left out. */
  points: readonly { step: number; value: number | null }[];
}

export interface ChartOptions {
  /** Size in cells. */
  columns: number;
  rows: number;
  /** The axis holds at least this range; shares are best seen on [0, 1]. */
  range?: readonly [low: number, high: number];
}

/** Cells between two marks of one series. */
const MARK_DISTANCE = 18;
/** Dots that blessed-contrib keeps below the x axis, and between its axes and the lines. */
const BELOW_AXIS = 11;
const BESIDE_AXIS = 2;

/**
 * Series over steps as lines of braille cells, drawn by blessed-contrib's line chart on a bare canvas (a
 * blessed Screen would fight Ink over the terminal). Null when there is no finite point or no room.
 * A step without a value holds the series' last one; values beyond the bulk of the others are clamped.
 */
export function lineChart(series: readonly Series[], options: ChartOptions): string | null {
  const { columns, rows } = options;
  const drawn = series
    .map((one) => ({ ...one, points: clampOutliers(one.points.filter(isFinitePoint)) }))
    .filter((one) => one.points.length > 0);
  const steps = [...new Set(drawn.flatMap((one) => one.points.map(({ step }) => step)))].sort(
    (a, b) => a - b,
  );
  if (steps.length === 0 || columns < 16 || rows < 4) return null;
  const scale = scaleOf(
    [...drawn.flatMap((one) => one.points.map(({ value }) => value)), ...(options.range ?? [])],
    Math.floor((rows - 2) / 2) + 1,
  );
  // blessed-contrib measures its own label of the highest value and makes room for it.
  const labelWidth = Math.max(
    ...[...scale.ticks.map(({ label }) => label), scale.high.toFixed(0)].map((label) => label.length),
  );
  const axis = downsample(steps, columns - labelWidth - 2);
  // A value off the canvas would keep the canvas' line algorithm busy for as long as it is far away.
  const bounded = (value: number) => Math.min(scale.high, Math.max(scale.low, value));
  const lines = drawn.map((one) => ({ ...one, y: held(one.points, axis).map(bounded) }));

  // blessed-contrib leaves its lowest row empty: the canvas is a row higher than what is shown.
  const size = { width: columns * 2, height: (rows + 1) * 4 };
  const chart = Object.create(Line.prototype) as LineHost;
  const canvas = new DrawilleCanvas(size.width, size.height);
  chart.canvasSize = size;
  chart.ctx = canvas.getContext();
  chart.options = {
    showNthLabel: 1,
    style: { line: "white", text: "white", baseline: "white" },
    xLabelPadding: (labelWidth + 1) * 2,
    xPadding: (labelWidth + 1) * 2,
    numYLabels: 1,
    legend: {},
    showLegend: false,
    wholeNumbersOnly: true,
    minY: scale.low,
    maxY: scale.high,
  };
  const write = chart.ctx.fillText.bind(chart.ctx);
  // Its y labels are not round and lack the topmost: ours are written instead.
  chart.ctx.fillText = (text, x, y) => {
    if (y > size.height - BELOW_AXIS && text !== "") write(text, x, y);
  };
  chart.setData(
    lines.map(({ title, y, colour }) => ({
      title,
      // A lone step is drawn as a short line: its label comes once.
      x: axis.map((step, i) => (axis[i - 1] === step ? "" : String(step))),
      y,
      style: { line: colour },
    })),
  );
  chart.ctx.fillText = write;
  writeLabels(chart, scale, labelWidth);
  lines.forEach(({ y, colour, mark }, index) => {
    writeMarks(chart, scale, { y, colour, mark, shift: index * (MARK_DISTANCE / Math.max(1, lines.length)) });
  });
  const cells = chart.ctx._canvas.frame().split("\n").slice(0, rows).join("\n");
  return mergeColourRuns(cells);
}

interface Point {
  step: number;
  value: number;
}

interface LineHost {
  canvasSize: { width: number; height: number };
  ctx: {
    _canvas: { frame(): string };
    fillStyle: string;
    fillText(text: string, x: number, y: number): void;
  };
  options: { xPadding: number } & Record<string, unknown>;
  setData(data: object[]): void;
}

/** The row of dots where blessed-contrib draws a value. */
function dotOf(chart: LineHost, scale: Scale, value: number): number {
  const height = chart.canvasSize.height - BELOW_AXIS;
  return height - (height / (scale.high - scale.low)) * (value - scale.low) - BESIDE_AXIS;
}

function writeLabels(chart: LineHost, scale: Scale, width: number): void {
  chart.ctx.fillStyle = "white";
  for (const { value, label } of scale.ticks) {
    chart.ctx.fillText(label.padStart(width), 0, Math.max(0, dotOf(chart, scale, value)));
  }
}

/** A series' mark at its last point and at a distance along its line, shifted so that series take turns. */
function writeMarks(
  chart: LineHost,
  scale: Scale,
  line: { y: readonly number[]; colour: string; mark: string; shift: number },
): void {
  const { y, colour, mark, shift } = line;
  const { width } = chart.canvasSize;
  const { xPadding } = chart.options;
  const perPoint = (width - xPadding) / y.length;
  let nextAt = xPadding + shift * 2;
  chart.ctx.fillStyle = colour;
  for (const [index, value] of y.entries()) {
    const x = perPoint * index + xPadding + BESIDE_AXIS;
    const last = index === y.length - 1;
    if (!last && (x < nextAt || (y.length - 1 - index) * perPoint < MARK_DISTANCE / 2)) continue;
    nextAt = x + MARK_DISTANCE * 2;
    chart.ctx.fillText(mark, Math.min(x, width - 1), Math.max(0, dotOf(chart, scale, value)));
  }
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

/** At most one step per column, the first and the last among them. A lone step is doubled, to be a line. */
function downsample(steps: readonly number[], columns: number): number[] {
  if (steps.length === 1) return [steps[0] as number, steps[0] as number];
  if (steps.length <= columns) return [...steps];
  return Array.from(
    { length: columns },
    (_, i) => steps[Math.round((i * (steps.length - 1)) / (columns - 1))] as number,
  );
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
