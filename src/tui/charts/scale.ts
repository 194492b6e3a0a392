/** A y axis: its range, which holds every value with a little room, and round numbers marked on it. */
export interface Scale {
  low: number;
  high: number;
  /** Ascending, two at least. `at` is where it stands between `low` and `high`. */
  ticks: { at: number; label: string }[];
  /** Where a value stands: itself, or its logarithm. */
  place(value: number): number;
  /** Whether only values above 0 have a place. */
  positive: boolean;
}

/** Beyond this, differences would drown in rounding. */
const LIMIT = 1e12;
/** Differences below these are taken for none: finer ones have no room in a double beside the value. */
const TINY = 1e-12;
const TINY_SHARE = 1e-9;
/** Share of the range that is left free above and below. */
const MARGIN = 0.04;

/** The axis of some finite values, with about `count` ticks. Raises RangeError when there is no value. */
export function scaleOf(values: readonly number[], count: number): Scale {
  if (values.length === 0) throw new RangeError("a scale needs a value");
  const [least, most] = bounds(values.map((value) => Math.min(LIMIT, Math.max(-LIMIT, value))));
  const size = Math.max(Math.abs(least), Math.abs(most));
  const flat = most - least <= Math.max(TINY, size * TINY_SHARE);
  const spread = flat ? (size > TINY ? size : 1) : most - least;
  const { low, high } = withMargin(least, most, spread);
  const step = roundStep((high - low) / Math.max(2, Math.min(6, count)));
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9) + (isQuarter(step) ? 1 : 0));
  const round = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  const marked = round.length >= 2 ? round : [least, least + spread];
  const ticks = marked.map((value) => ({ at: value, label: labelOf(value, digits) }));
  return { low, high, ticks, positive: false, place: (value) => value };
}

/** Smallest and largest values that a logarithmic axis tells apart. */
const LOG_LIMITS = [1e-12, LIMIT] as const;

/** A logarithmic axis of the values above 0, marked at powers of ten or at round numbers between two of them; null without such a value. */
export function logScaleOf(values: readonly number[], count: number): Scale | null {
  const place = (value: number) => Math.log10(Math.min(LOG_LIMITS[1], Math.max(LOG_LIMITS[0], value)));
  const places = values.filter((value) => value > 0).map(place);
  if (places.length === 0) return null;
  const [least, most] = bounds(places);
  const { low, high } = withMargin(least, most, Math.max(most - least, 0.1));
  const powers = range(Math.ceil(low), Math.floor(high));
  const every = Math.max(1, Math.ceil(powers.length / Math.max(2, count)));
  const marked = powers.filter((power) => power % every === 0).map((power) => 10 ** power);
  // Within one power of ten there is hardly a curve: the linear axis' numbers are the clearest.
  const between = scaleOf([10 ** least, 10 ** most], count).ticks.map(({ at }) => at);
  const within = between.filter((value) => value > 0 && place(value) >= low && place(value) <= high);
  const chosen = [marked, within].find(({ length }) => length >= 2) ?? [10 ** least, 10 ** most];
  const ticks = chosen.map((value) => ({ at: place(value), label: shortLabel(value) }));
  return { low, high, ticks, positive: true, place };
}

/** Round steps between two, about `count` of them, ascending. */
export function stepTicks(first: number, last: number, count: number): number[] {
  const distance = Math.max(1, Math.ceil(roundStep(Math.max(1, last - first) / Math.max(1, count))));
  return range(Math.ceil(first / distance), Math.floor(last / distance)).map((index) => index * distance);
}

function withMargin(least: number, most: number, spread: number): { low: number; high: number } {
  // blessed-contrib takes a highest value of exactly 0 for one that is not set.
  return { low: least - spread * MARGIN, high: most + spread * MARGIN || Number.EPSILON };
}

function bounds(values: readonly number[]): [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 2.5, 5].find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** 2.5, 0.25, ...: needs a digit more. */
const isQuarter = (step: number): boolean => step.toExponential(1).startsWith("2.5");

function labelOf(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (digits > 5 && size > 0)) return value.toExponential(1);
  const text = value.toFixed(Math.min(5, digits));
  // No minus before a zero.
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** A value in as few characters as tell it: `0.0031`, `12.4`, `1.2e7`. */
export function shortLabel(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e6 || size < 1e-3) return value.toExponential(1).replace("+", "").replace(".0e", "e");
  return String(Number(value.toPrecision(3)));
}
