import { cell } from "../printable.ts";
import type { ChartView } from "./chart-view.ts";
import type { Series } from "./line-chart.ts";
import { logWords } from "./log-axis.ts";
import { SMOOTHINGS } from "./smoothing.ts";
import { shownSteps } from "./step-window.ts";

/** A chart as screens show it, wherever its lines come from. */
export interface ShownChart {
  id: string;
  title: string;
  /** Said with the title where there is room; empty where the title says it. */
  unit: string;
  /** The axis holds at least this. */
  range?: readonly [low: number, high: number];
  /** What it means where every value is 0, said in place of a line. */
  zero?: string;
}

/** First and last step that a chart may show. */
export type Steps = readonly [first: number, last: number];

/** The series of a chart that are not switched off. */
export function visible(series: readonly Series[], id: string, { hidden }: ChartView): readonly Series[] {
  const off = hidden[id];
  return off && off.length > 0 ? series.filter(({ title }) => !off.includes(title)) : series;
}

/** How a chart is drawn under a view. */
export function drawing(chart: ShownChart, view: ChartView, steps: Steps) {
  return {
    ...(chart.range ? { range: chart.range } : {}),
    ...(chart.zero ? { zero: chart.zero } : {}),
    steps: shownSteps(view.window, ...steps),
    smoothing: SMOOTHINGS[view.smoothing] ?? 0,
    log: view.log.includes(chart.id),
    crosshair: view.crosshair,
  };
}

/** `step 120, average 0.9, log, 100-200`: what is not as it is by default, in ever fewer letters. */
export function viewWords(
  chart: ShownChart,
  view: ChartView,
  steps: Steps,
  shown: readonly Series[],
): string[] {
  const shape = drawing(chart, view, steps);
  const { smoothing, log, crosshair } = shape;
  const [from, to] = shape.steps;
  const axis = log ? logWords(shown, shape.steps) : [];
  const forms = [
    ["step", "average "],
    ["step", "avg "],
    ["at", "~"],
  ] as const;
  return forms.map(([at, average], form) =>
    [
      ...(crosshair === null ? [] : [`${at} ${crosshair}`]),
      ...(smoothing > 0 ? [`${average}${smoothing}`] : []),
      ...(axis[form] ? [axis[form]] : []),
      ...(view.window.count === null ? [] : [`${from}-${to}`]),
    ].join(", "),
  );
}

/** Beside a panel's title and note: the blanks around both, and the line between them. */
const AROUND = 6;
/** Fewest letters of a title. */
const LEAST_TITLE = 4;

/**
 * How the chart is drawn is always said: where there is no room its place goes first, then letters of the words, then
 * a part of the title, and the end of the words last.
 */
export function headed(
  title: string,
  words: readonly string[],
  place: string | undefined,
  room: number,
  cut: (title: string, width: number) => string = cell,
) {
  const fits = (note: string) => Bun.stringWidth(title) + note.length + AROUND <= room;
  const [said = ""] = words;
  const whole = [...(said ? [said] : []), ...(place ? [place] : [])].join(", ");
  if (said === "" || fits(whole)) return { title, note: whole };
  const note = words.find(fits);
  if (note !== undefined) return { title, note };
  const least = words.at(-1) ?? "";
  const left = room - least.length - AROUND;
  if (left >= LEAST_TITLE) return { title: cut(title, left), note: least };
  return {
    title: cut(title, LEAST_TITLE),
    note: cell(least, Math.max(1, room - LEAST_TITLE - AROUND)).trimEnd(),
  };
}
