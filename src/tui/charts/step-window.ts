/** Steps that a chart shows: the last `count` up to `end`; all where `count` is null, the newest where `end` is. */
export interface StepWindow {
  count: number | null;
  end: number | null;
}

export const ALL_STEPS: StepWindow = { count: null, end: null };

/** Fewest steps that are worth a chart. */
const LEAST = 5;
/** Share of the window that one key press moves it by. */
const PAN = 0.25;

/** First and last step shown, of a run whose figures go from `first` to `last`. */
export function shownSteps({ count, end }: StepWindow, first: number, last: number): [number, number] {
  if (count === null) return [first, last];
  const until = Math.min(last, Math.max(end ?? last, first + count - 1));
  return [Math.max(first, until - count + 1), until];
}

/** Half or twice as many steps, with the same newest one; all when there are no more. */
export function zoomed(window: StepWindow, direction: "in" | "out", first: number, last: number): StepWindow {
  const [from, to] = shownSteps(window, first, last);
  const count = to - from + 1;
  const next = direction === "in" ? Math.max(LEAST, Math.ceil(count / 2)) : count * 2;
  if (next >= last - first + 1) return ALL_STEPS;
  return { count: next, end: to === last ? null : to };
}

/** A quarter of the window further; it follows what comes once it is at the newest step. */
export function panned(
  window: StepWindow,
  direction: "back" | "forth",
  first: number,
  last: number,
): StepWindow {
  if (window.count === null) return window;
  const [, to] = shownSteps(window, first, last);
  const distance = Math.max(1, Math.round(window.count * PAN));
  const end = direction === "back" ? Math.max(first + window.count - 1, to - distance) : to + distance;
  return { count: window.count, end: end >= last ? null : end };
}
