import type { TaskRecord } from "./records.ts";

/** A task that nothing is known of but itself: nobody drew or solved it, no hash was taken, and it is kept. */
const BLANK = {
  step: 0,
  message: null,
  learnability: null,
  solveRate: null,
  timesDrawn: 0,
  fingerprint: null,
  skeleton: null,
  evictedStep: null,
} as const;

type Known = Omit<TaskRecord, keyof typeof BLANK | "parents"> & Partial<TaskRecord>;

/** A task as it is before the first draw; what is not given is unknown, and it has no parents. */
export const newTask = (known: Known): TaskRecord => ({ ...BLANK, parents: [], ...known });
