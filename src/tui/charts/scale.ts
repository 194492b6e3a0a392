/** A y axis: its range, which holds every value with a little room, and round numbers marked on it. */
export interface Scale {
  low: number;
  high: number;
  /** Ascending, two at least. */
  ticks: { value: number; label: string }[];
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
  const clamped = values.map((value) => Math.min(LIMIT, Math.max(-LIMIT, value)));
  const [least, most] = [Math.min(...clamped), Math.max(...clamped)];
  const size = Math.max(Math.abs(least), Math.abs(most));
  const flat = most - least <= Math.max(TINY, size * TINY_SHARE);
  const spread = flat ? (size > TINY ? size : 1) : most - least;
  const low = least - spread * MARGIN;
  // blessed-contrib takes a highest value of exactly 0 for one that is not set.
  const high = most + spread * MARGIN || Number.EPSILON;
  const step = roundStep((high - low) / Math.max(2, Math.min(6, count)));
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9) + (isQuarter(step) ? 1 : 0));
  const round = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  const marked = round.length >= 2 ? round : [least, least + spread];
  return { low, high, ticks: marked.map((value) => ({ value, label: labelOf(value, digits) })) };
}

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
