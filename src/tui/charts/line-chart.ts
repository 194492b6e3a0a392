import Line from "blessed-contrib/lib/widget/charts/line";
import { type Context, Canvas as DrawilleCanvas } from "drawille-canvas-blessed-contrib";
import { type CellColour, faintColour, frameOf } from "./cells.ts";
import { dotValues } from "./dots.ts";
import { leftOut } from "./log-axis.ts";
import { tooSmall } from "./room.ts";
import { logScaleOf, type Scale, scaleOf, stepTicks } from "./scale.ts";
import { type Point, smoothed } from "./smoothing.ts";

/** Colours that both the canvas and Ink know, as the terminal numbers them. */
const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
export type ChartColour = Exclude<(typeof COLOURS)[number], "black">;
const WHITE: CellColour = COLOURS.indexOf("white");

export interface Series {
  title: string;
  colour: ChartColour;
  /** One character, drawn on the line here and there: tells series apart without colour. */
  mark: string;
  /** Points by ascending step; non-finite values are left out. */
  points: readonly Point[];
  /** The step after which it has no value, where others go on; absent where its last value holds. */
  end?: number;
  /** Intervals of its values by step, drawn as bars, which the axis holds. */
  intervals?: readonly Interval[];
}

/** Where a value at a step may lie. */
export interface Interval {
  step: number;
  low: number;
  high: number;
}

export interface ChartOptions {
  /** Size in cells. */
  columns: number;
  rows: number;
  /** The axis holds at least this range; shares are best seen on [0, 1]. */
  range?: readonly [low: number, high: number];
  /** First and last step shown; those of the series when absent. */
  steps?: readonly [first: number, last: number];
  /** Strength of the moving average that is drawn before the figures themselves, which are faint then; 0 for none. */
  smoothing?: number;
  /** A logarithmic axis, where any value is above 0; the others are gaps in their lines. */
  log?: boolean;
  /** A step that is marked from top to bottom. */
  crosshair?: number | null;
}

/** Cells between two marks of one series. */
const MARK_DISTANCE = 18;
/** Dots that blessed-contrib keeps below the x axis, and between its axes and the lines. */
const BELOW_AXIS = 11;
const BESIDE_AXIS = 2;
/** Dots from the x axis down to its labels. */
const LABEL_OFFSET = 3;
/** Cells between two labels of the x axis. */
const LABEL_SPACE = 4;

/** A chart's lines of text, and the step that a column of it stands for: null beside the curves. */
export interface DrawnChart {
  frame: string;
  stepAt(column: number): number | null;
}

/** The text of a chart alone. */
export const lineChart = (...of: Parameters<typeof drawnChart>): string | null =>
  drawnChart(...of)?.frame ?? null;

/**
 * Series over steps as lines of braille cells, drawn by blessed-contrib's line chart on a bare canvas (a
 * blessed Screen would fight Ink over the terminal). Null when there is no finite point or no room.
 * Steps without a value are passed over; values beyond the bulk of the others are clamped.
 */
export function drawnChart(series: readonly Series[], options: ChartOptions): DrawnChart | null {
  const { columns, rows, smoothing = 0 } = options;
  if (tooSmall(columns, rows) !== null) return null;
  const finite = series
    .map((one) => ({ ...one, points: one.points.filter(isFinitePoint) }))
    .filter(({ points }) => points.length > 0);
  const [first, last] = options.steps ?? extent(finite);
  // As wide as the plot could be: the labels' width is known only when the values are.
  const draft = (columns - 2) * 2;
  const log = options.log === true && leftOut(finite, [first, last]).shown > 0;
  const lines = finite.flatMap((one) => {
    const shapes = [{ ...one, faint: smoothing > 0 }];
    if (smoothing > 0) {
      const average = smoothed(one.points, smoothing).filter(isFinitePoint);
      shapes.push({ ...one, points: average, faint: false });
    }
    return shapes.map((shape) => ({
      ...shape,
      limits: limitsOf(dotValues(shape.points, first, last, draft), log),
    }));
  });
  const bars = finite.flatMap(({ intervals = [], colour }) =>
    intervals
      .filter(({ step, low, high }) => step >= first && step <= last && Number.isFinite(high - low))
      .map((interval) => ({ ...interval, colour: COLOURS.indexOf(colour) })),
  );
  const extremes = [
    ...lines.flatMap(({ limits }) => limits ?? []),
    ...bars.flatMap(({ low, high }) => [low, high]).filter((end) => !log || end > 0),
  ];
  if (extremes.length === 0) return null;
  const scale = axisOf(extremes, { ...options, log });

  const labelWidth = Math.max(...scale.ticks.map(({ label }) => label.length));
  // blessed-contrib leaves its lowest row empty: the canvas is a row higher than what is shown.
  const size = { width: columns * 2, height: (rows + 1) * 4 };
  const left = (labelWidth + 1) * 2;
  const dots = size.width - left - BESIDE_AXIS;
  const context = new DrawilleCanvas(size.width, size.height).getContext();
  const curves = lines
    .map((line) => ({ ...line, y: placed(dotValues(line.points, first, last, dots), line.limits, scale) }))
    .sort((a, b) => Number(b.faint) - Number(a.faint));
  const chart = drawLines(context, { size, left, scale, labels: dots + BESIDE_AXIS }, curves);
  const text = new CellText(columns);
  writeYLabels(text, chart, scale, labelWidth);
  writeXLabels(text, chart, { first, last, left, dots });
  const clear = curves.filter(({ faint }) => !faint);
  clear.forEach(({ y, colour, mark }, index) => {
    writeMarks(text, chart, scale, {
      y,
      colour: COLOURS.indexOf(colour),
      mark,
      left,
      shift: index * (MARK_DISTANCE / clear.length),
    });
  });
  const { content, colors } = context._canvas;
  for (const bar of bars) {
    const dot = dotOfStep(bar.step, first, last, dots);
    writeInterval(text, chart, scale, { ...bar, x: left + BESIDE_AXIS + dot, content });
  }
  const { crosshair } = options;
  if (crosshair != null && crosshair >= first && crosshair <= last) {
    const dot = dotOfStep(crosshair, first, last, dots);
    writeCrosshair(text, content, rows - 2, (left + BESIDE_AXIS + dot) >> 1);
  }
  return {
    frame: frameOf({ columns, rows, dots: content, colours: colors, text: text.cells }),
    stepAt(column) {
      // Of the two dots of a cell, what lies between them.
      const dot = column * 2 + 0.5 - left - BESIDE_AXIS;
      if (dot < -1 || column >= columns) return null;
      const share = Math.min(1, Math.max(0, dot / (dots - 1)));
      return first + Math.round(share * (last - first));
    },
  };
}

/** Text over the canvas, by the dots where it begins. */
class CellText {
  readonly cells = new Map<number, { character: string; colour: CellColour }>();

  constructor(readonly columns: number) {}

  write(text: string, x: number, y: number, colour: CellColour): void {
    const cell = Math.floor(x / 2) + this.columns * Math.floor(y / 4);
    for (const [index, character] of [...text].entries())
      if (character !== " ") this.cells.set(cell + index, { character, colour });
  }
}

type FinitePoint = Point & { value: number };
type Limits = readonly [low: number, high: number];

interface LineHost {
  canvasSize: { width: number; height: number };
  ctx: Context;
  options: { xPadding: number } & Record<string, unknown>;
  setData(data: object[]): void;
}

const isFinitePoint = (point: Point): point is FinitePoint =>
  point.value !== null && Number.isFinite(point.value);

function extent(series: readonly { points: readonly Point[] }[]): [first: number, last: number] {
  const ends = series.flatMap(({ points }) => [points[0]?.step ?? 0, points.at(-1)?.step ?? 0]);
  return [Math.min(...ends), Math.max(...ends)];
}

/**
 * The bounds of what is drawn, 20 interquartile ranges around its bulk at most: one spike would hide all else. Those
 * of the values above 0 on a logarithmic axis, which has room for spikes.
 */
function limitsOf(values: Float64Array, log: boolean): Limits | null {
  const sorted = values.filter((value) => (log ? value > 0 : !Number.isNaN(value))).sort();
  if (sorted.length === 0) return null;
  const quantile = (q: number) => sorted[Math.floor(q * (sorted.length - 1))] as number;
  const [least, most] = [quantile(0), quantile(1)];
  if (log || sorted.length < 8) return [least, most];
  const spread = 20 * (quantile(0.75) - quantile(0.25) || Math.abs(quantile(0.5)) || 1);
  return [Math.max(least, quantile(0.25) - spread), Math.min(most, quantile(0.75) + spread)];
}

function axisOf(extremes: readonly number[], { rows, range, log }: ChartOptions): Scale {
  const count = Math.floor((rows - 2) / 2) + 1;
  const positive = log ? logScaleOf(extremes, count) : null;
  return positive ?? scaleOf([...extremes, ...(range ?? [])], count);
}

/** Places on the axis of a line's dots, within its limits and the axis; NaN where there is no value, GAP where it has no place. */
function placed(values: Float64Array, limits: Limits | null, scale: Scale): number[] {
  const [low, high] = limits ?? [0, 0];
  return Array.from(values, (value) => {
    if (scale.positive && value <= 0) return GAP;
    if (Number.isNaN(value)) return Number.NaN;
    // A value off the canvas would keep the canvas' line algorithm busy for as long as it is far away.
    const place = scale.place(Math.min(high, Math.max(low, value)));
    return Math.min(scale.high, Math.max(scale.low, place));
  });
}

/** The line ends before it, and begins anew after it. */
const GAP = Number.POSITIVE_INFINITY;

interface Curve {
  y: readonly number[];
  colour: ChartColour;
  faint: boolean;
}

interface Plot {
  size: LineHost["canvasSize"];
  /** Dots left of the y axis. */
  left: number;
  scale: Scale;
  /** Points that the x axis has room for, one a dot. */
  labels: number;
}

/** The axes and the lines; every label is left out, since blessed-contrib's own are not round. */
function drawLines(
  context: Context,
  { size, left, scale, labels }: Plot,
  curves: readonly Curve[],
): LineHost {
  const chart = Object.create(Line.prototype) as LineHost;
  const { fillText, moveTo, lineTo, clearRect } = context;
  chart.canvasSize = size;
  chart.ctx = context;
  chart.options = {
    showNthLabel: labels,
    style: { line: "white", text: "white", baseline: "white" },
    xLabelPadding: left,
    xPadding: left,
    numYLabels: 1,
    legend: {},
    showLegend: false,
    wholeNumbersOnly: true,
    minY: scale.low,
    maxY: scale.high,
  };
  context.fillText = () => undefined;
  // The canvas is new: clearing it dot by dot is most of the time that a large chart takes.
  context.clearRect = () => undefined;
  let gap = false;
  context.lineTo = (x, y) => {
    // A dot without a value: the line goes on to the next one that has one.
    if (Number.isNaN(y)) return;
    if (Number.isFinite(y)) {
      if (gap) moveTo.call(context, x, y);
      lineTo.call(context, x, y);
    }
    gap = !Number.isFinite(y);
  };
  const x = Array.from({ length: labels }, () => "");
  chart.setData(
    curves.map(({ y, colour, faint }) => ({
      title: "",
      x,
      y,
      style: { line: faint ? faintColour(COLOURS.indexOf(colour)) : colour },
    })),
  );
  Object.assign(context, { fillText, lineTo, clearRect });
  return chart;
}

/** The row of dots where blessed-contrib draws a place on the axis. */
function dotOf(chart: LineHost, scale: Scale, place: number): number {
  const height = chart.canvasSize.height - BELOW_AXIS;
  return height - (height / (scale.high - scale.low)) * (place - scale.low) - BESIDE_AXIS;
}

function writeYLabels(text: CellText, chart: LineHost, scale: Scale, width: number): void {
  for (const { at, label } of scale.ticks) {
    text.write(label.padStart(width), 0, Math.max(0, dotOf(chart, scale, at)), WHITE);
  }
}

/** Round steps below the axis, each from the cell where it is. */
function writeXLabels(
  text: CellText,
  chart: LineHost,
  { first, last, left, dots }: { first: number; last: number; left: number; dots: number },
): void {
  const y = chart.canvasSize.height - BELOW_AXIS + LABEL_OFFSET;
  let free = left;
  for (const step of stepTicks(first, last, dots / 2 / (String(last).length + LABEL_SPACE))) {
    const label = String(step);
    const dot = last > first ? ((step - first) / (last - first)) * (dots - 1) : 0;
    const x = Math.min(left + BESIDE_AXIS + dot, chart.canvasSize.width - label.length * 2);
    if (x < free) continue;
    text.write(label, x, y, WHITE);
    free = x + (label.length + 1) * 2;
  }
}

/** A series' mark at its last point and at a distance along its line, shifted so that series take turns. */
function writeMarks(
  text: CellText,
  chart: LineHost,
  scale: Scale,
  line: { y: readonly number[]; colour: CellColour; mark: string; left: number; shift: number },
): void {
  const { y, colour, mark, left, shift } = line;
  const last = y.findLastIndex((place) => Number.isFinite(place));
  let nextAt = left + shift * 2;
  for (const [index, place] of y.entries()) {
    if (!Number.isFinite(place)) continue;
    const x = left + BESIDE_AXIS + index;
    if (index !== last && (x < nextAt || last - index < MARK_DISTANCE / 2)) continue;
    nextAt = x + MARK_DISTANCE * 2;
    text.write(mark, x, Math.max(0, dotOf(chart, scale, place)), colour);
  }
}

/** The dot right of the axis where a step is, of `dots` for all of them. */
const dotOfStep = (step: number, first: number, last: number, dots: number): number =>
  last > first ? Math.round(((step - first) / (last - first)) * (dots - 1)) : 0;

/** A faint bar with ends, in the cells that nothing else takes; `x` is a dot. */
function writeInterval(
  text: CellText,
  chart: LineHost,
  scale: Scale,
  bar: Interval & { colour: CellColour; x: number; content: Uint8Array },
): void {
  const row = (value: number) => {
    const place = Math.min(scale.high, Math.max(scale.low, scale.place(value)));
    return Math.max(0, Math.floor(dotOf(chart, scale, place) / 4));
  };
  const [top, bottom] = [row(bar.high), row(bar.low)];
  if (top === bottom) return;
  for (let at = top; at <= bottom; at++) {
    const cell = at * text.columns + (bar.x >> 1);
    if (bar.content[cell] !== 0 || text.cells.has(cell)) continue;
    const character = at === top ? "┬" : at === bottom ? "┴" : "│";
    text.cells.set(cell, { character, colour: faintColour(bar.colour) });
  }
}

/** A line from the top down to the axis, in the cells that nothing else takes. */
function writeCrosshair(text: CellText, dots: Uint8Array, rows: number, column: number): void {
  for (let row = 0; row < rows; row++) {
    const cell = row * text.columns + column;
    if (dots[cell] === 0 && !text.cells.has(cell)) text.cells.set(cell, { character: "┊", colour: WHITE });
  }
}
