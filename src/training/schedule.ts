export interface Schedule {
  /** Peak learning rate. */
  learning_rate: number;
  /** Updates over which the rate rises linearly to the peak; 0 starts at the peak. */
  warmup_steps: number;
}

/** Learning rate of an update, counted from 1: linear warm-up, then constant. The first rate is not 0. */
export function learningRate(schedule: Schedule, update: number): number {
  if (schedule.warmup_steps === 0) return schedule.learning_rate;
  return schedule.learning_rate * Math.min(1, update / schedule.warmup_steps);
}
