export * from "./evaluations.ts";
export * from "./events.ts";
export * from "./metrics.ts";
export type { Page } from "./page.ts";
export * from "./reward-series.ts";
export * from "./rollouts.ts";
export * from "./steps.ts";
export * from "./task-counts.ts";
export * from "./tasks.ts";
