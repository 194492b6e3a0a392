/**
 * Milliseconds that the rest of a run will take: the median of the steps after the first, which is slowed by
 * first uses, for each step to come, less what the step under way has used. Null while no such step is known.
 */
export function remainingTime(options: {
  /** Seconds of each finished step, with its number. */
  finished: readonly { step: number; seconds: number }[];
  /** Steps that are not finished, the one under way included. */
  stepsLeft: number;
  /** Milliseconds that the step under way has used. */
  elapsedMs: number;
}): number | null {
  const seconds = options.finished.filter(({ step }) => step > 1).map((step) => step.seconds);
  if (seconds.length === 0) return null;
  if (options.stepsLeft === 0) return 0;
  const each = median(seconds) * 1000;
  return Math.max(0, each - options.elapsedMs) + each * (options.stepsLeft - 1);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1] ?? 0, sorted[middle] ?? 0];
  return (low + high) / 2;
}
