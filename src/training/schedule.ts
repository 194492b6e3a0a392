export interface Schedule {
  /** Peak learning rate. */
  learning_rate: number;
  /** Updates over which the rate rises linearly to the peak; 0 starts at the peak. */
  warmup_steps: number;
  /** How it falls from the peak to `min_learning_rate`. */
  schedule: "constant" | "linear" | "cosine";
  min_learning_rate: number;
}

/**
 * Learning rate of an update, counted from 1, of `total` in the run: linear warm-up, then constant, linear or along
 * half a cosine (arXiv 1608.03983, equation 5). Neither the first nor the last update is lost: the rate would be 0
 * before the first and is `min_learning_rate` after the last. Throws RangeError where a rate that falls has no total.
 */
export function learningRate(schedule: Schedule, update: number, total: number | undefined): number {
  const { learning_rate: peak, min_learning_rate: least, warmup_steps: warmup } = schedule;
  if (update < warmup) return (peak * update) / warmup;
  if (schedule.schedule === "constant") return peak;
  if (total === undefined)
    throw new RangeError(`a ${schedule.schedule} schedule needs the number of steps of the run`);
  const top = Math.max(1, warmup);
  const gone = Math.min(1, (update - top) / (total - top + 1));
  const share = schedule.schedule === "linear" ? 1 - gone : (1 + Math.cos(Math.PI * gone)) / 2;
  return least + (peak - least) * share;
}
