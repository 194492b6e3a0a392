import type { RunData } from "../run-data.ts";

/** The run that a report is of, then those that are drawn beside it. */
export type ReportedRuns = readonly [RunData, ...RunData[]];
