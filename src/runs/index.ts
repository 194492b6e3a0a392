export { type BestCheckpoint, bestCheckpoint, setBestCheckpoint } from "./best-checkpoint.ts";
export {
  type CheckpointManifest,
  removeStrayCheckpoints,
  verifyCheckpoint,
  writeCheckpoint,
} from "./checkpoint.ts";
export { commitStep, insertMetrics, recordCheckpoint, type StepCommit } from "./commit.ts";
export * from "./comparison.ts";
export { RunDatabase } from "./database.ts";
export { deleteRun } from "./delete-run.ts";
export { appendEvent } from "./events.ts";
export * from "./filter/index.ts";
export * from "./listings/index.ts";
export { type MachineFact, machineFacts, setMachine } from "./machine.ts";
export { type MetricUnit, metricEntry } from "./metric-names.ts";
export * from "./queries/index.ts";
export * from "./records.ts";
export { choosePoint, type ResumePoint, resumeAt } from "./resume.ts";
export { rewind } from "./rewind.ts";
export { listRuns, RunDirectory, type RunSummary, type UnreadableRun } from "./run-directory.ts";
export { type DatedConfig, datedSettings } from "./settings.ts";
export {
  announceSocket,
  claimEngine,
  liveEngine,
  type RunStatus,
  releaseEngine,
  runStatus,
  setRunState,
  setTotalSteps,
  stateWords,
} from "./state.ts";
