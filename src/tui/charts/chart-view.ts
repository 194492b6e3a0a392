import type { KeyId } from "../keys/table.ts";
import { SMOOTHINGS } from "./smoothing.ts";
import { ALL_STEPS, panned, type StepWindow, shownSteps, zoomed } from "./step-window.ts";

/** How the user looks at the charts of a run; kept while other screens are shown. */
export interface ChartView {
  /** Id of the selected chart; null for the first. */
  selected: string | null;
  full: boolean;
  /** Index into SMOOTHINGS. */
  smoothing: number;
  /** Ids of the charts with a logarithmic axis. */
  log: readonly string[];
  window: StepWindow;
  /** A step whose values are shown; null for the newest. */
  crosshair: number | null;
  /** Titles of the series that are switched off, by chart, or by the name that charts of the same series share. */
  hidden: Readonly<Record<string, readonly string[]>>;
  /** The selected one of a full chart's series. */
  line: number;
}

export const CHART_VIEW: ChartView = {
  selected: null,
  full: false,
  smoothing: 0,
  log: [],
  window: ALL_STEPS,
  crosshair: null,
  hidden: {},
  line: 0,
};

/** What an action of the key table is applied to. */
export interface ChartScene {
  /** Ids of the run's charts. */
  ids: readonly string[];
  /** Titles of the series of the selected chart. */
  lines: readonly string[];
  /** First and last step of the run. */
  steps: readonly [first: number, last: number];
  /** What `hidden` knows the selected chart by; its id when absent. */
  hides?: string;
}

/** The id of the selected chart; null when there is none. */
export const selectedChart = ({ selected }: ChartView, ids: readonly string[]): string | null =>
  ids.find((id) => id === selected) ?? ids[0] ?? null;

/** The view after an action; null when it is none of the charts'. */
export function changedView(view: ChartView, action: KeyId | undefined, scene: ChartScene): ChartView | null {
  const { ids, lines, steps } = scene;
  const selected = selectedChart(view, ids);
  if (selected === null) return null;
  const chart = (distance: number): ChartView => {
    const index = (ids.indexOf(selected) + distance + ids.length) % ids.length;
    return { ...view, selected: ids[index] ?? null, line: 0 };
  };
  switch (action) {
    case "next-chart":
      return chart(1);
    case "previous-chart":
      return chart(-1);
    case "full-chart":
      return { ...view, full: true };
    case "smooth":
      return { ...view, smoothing: (view.smoothing + 1) % SMOOTHINGS.length };
    case "log-axis":
      return { ...view, log: toggled(view.log, selected) };
    case "zoom-in":
      return { ...view, window: zoomed(view.window, "in", ...steps) };
    case "zoom-out":
      return { ...view, window: zoomed(view.window, "out", ...steps) };
    case "all-steps":
      return { ...view, window: ALL_STEPS };
    case "pan-back":
      return { ...view, window: panned(view.window, "back", ...steps) };
    case "pan-forth":
      return { ...view, window: panned(view.window, "forth", ...steps) };
    case "crosshair-back":
    case "point-back":
      return moved(view, -1, scene);
    case "crosshair-forth":
    case "point-forth":
      return moved(view, 1, scene);
    case "point-far-back":
      return moved(view, -far(view, scene), scene);
    case "point-far-forth":
      return moved(view, far(view, scene), scene);
    case "line-up":
      return { ...view, line: Math.max(0, view.line - 1) };
    case "line-down":
      return { ...view, line: Math.min(lines.length - 1, view.line + 1) };
    case "show-line":
      return withToggledLine(view, scene.hides ?? selected, lines);
    case "leave-chart":
      return view.crosshair === null ? { ...view, full: false } : { ...view, crosshair: null };
    case "drop-crosshair":
      return view.crosshair === null ? null : { ...view, crosshair: null };
    default:
      return null;
  }
}

/** The crosshair, moved from where it is, or from the newest step shown; the window comes along. */
function moved(view: ChartView, distance: number, { steps: [first, last] }: ChartScene): ChartView {
  const [from, to] = shownSteps(view.window, first, last);
  const crosshair = Math.min(last, Math.max(first, (view.crosshair ?? to) + distance));
  const { count } = view.window;
  if (count === null || (crosshair >= from && crosshair <= to)) return { ...view, crosshair };
  const end = crosshair < from ? crosshair + count - 1 : crosshair;
  return { ...view, crosshair, window: { count, end: end >= last ? null : end } };
}

/** A tenth of the window. */
function far({ window }: ChartView, { steps: [first, last] }: ChartScene): number {
  const [from, to] = shownSteps(window, first, last);
  return Math.max(2, Math.round((to - from) / 10));
}

/** The selected series switched off or on; the last that is seen stays. */
function withToggledLine(view: ChartView, chart: string, lines: readonly string[]): ChartView {
  const before = view.hidden[chart] ?? [];
  const title = lines[Math.min(view.line, lines.length - 1)];
  const next = title === undefined ? [] : toggled(before, title);
  // Nothing would be left to see.
  if (lines.every((one) => next.includes(one))) return view;
  return { ...view, hidden: { ...view.hidden, [chart]: next } };
}

/**
 * The view after a click on a chart's curves, at a step, or at none: the chart is selected and the crosshair is there.
 * Once more on the same step shows the chart whole, or drops the crosshair of one that is.
 */
export function clickedView(
  view: ChartView,
  id: string,
  isSelected: boolean,
  step: number | null,
): ChartView {
  const chosen = isSelected ? view : { ...view, selected: id, line: 0 };
  if (step === null) return chosen;
  if (!isSelected || step !== view.crosshair) return { ...chosen, crosshair: step };
  return view.full ? { ...view, crosshair: null } : { ...view, full: true };
}

const toggled = (all: readonly string[], one: string): readonly string[] =>
  all.includes(one) ? all.filter((other) => other !== one) : [...all, one];
