import type { Config } from "../../config/schema.ts";
import type { Role, TaskType } from "../../interfaces/role.ts";
import type { RunDatabase } from "../../runs/database.ts";
import { evaluations } from "../../runs/queries/evaluations.ts";
import { eventPage } from "../../runs/queries/events.ts";
import { type MetricPoint, metricNames, metricSeries } from "../../runs/queries/metrics.ts";
import { type VerdictCount, verdictCounts } from "../../runs/queries/rollouts.ts";
import { type TaskCount, taskCounts } from "../../runs/queries/task-counts.ts";
import type { EvaluationRecord, EventRecord } from "../../runs/records.ts";
import type { RunDirectory } from "../../runs/run-directory.ts";
import { type RunStatus, runStatus } from "../../runs/state.ts";
import { type SampleRollout, sampleRollouts } from "./sample-rollouts.ts";
import { type SampleTask, sampleTasks, solveRateCounts } from "./sample-tasks.ts";

/** Everything that a report shows of a run, read at one moment. */
export interface RunData {
  path: string;
  status: RunStatus;
  config: Config;
  /** Trained on given texts. */
  supervised: boolean;
  /** By name, in the order of names. */
  figures: ReadonlyMap<string, readonly MetricPoint[]>;
  /** Oldest first. */
  evaluations: readonly EvaluationRecord[];
  verdicts: readonly VerdictCount[];
  rolloutCount: number;
  taskCounts: readonly TaskCount[];
  /** Settings that were changed on the way, oldest first. */
  changes: readonly EventRecord[];
  /** Tasks by the tenth that their last solve rate is in. */
  solveRates: readonly number[];
  tasks: readonly SampleTask[];
  rollouts: readonly SampleRollout[];
}

/** Points of a figure that are read at most: the last ones of a run that is longer. */
const MOST_STEPS = 100_000;
/** Changes of settings that are shown at most: the last ones. */
const MOST_CHANGES = 1000;

export function readRun(run: RunDirectory): RunData {
  using database = run.openDatabase({ readonly: true });
  // A read transaction: a live run may go on, and what is shown is of one moment.
  database.run("BEGIN");
  try {
    return read(run, database);
  } finally {
    database.run("COMMIT");
  }
}

function read(run: RunDirectory, database: RunDatabase): RunData {
  const config = run.config();
  const verdicts = verdictCounts(database);
  const figures = metricNames(database).map(
    (name) => [name, metricSeries(database, name, MOST_STEPS)] as const,
  );
  return {
    path: run.path,
    status: runStatus(database),
    config,
    supervised: config.training.algorithm.type === "sft",
    figures: new Map(figures),
    evaluations: evaluations(database).reverse(),
    verdicts,
    rolloutCount: verdicts.reduce((sum, { count }) => sum + count, 0),
    taskCounts: taskCounts(database),
    changes: eventPage(database, { source: "config" }, { limit: MOST_CHANGES }).reverse(),
    solveRates: solveRateCounts(database),
    tasks: sampleTasks(database),
    rollouts: sampleRollouts(database, kinds(verdicts)),
  };
}

/** Every role and type that the run has rollouts of. */
function kinds(verdicts: readonly VerdictCount[]): { role: Role; type: TaskType }[] {
  const all = new Map(verdicts.map(({ role, type }) => [`${role}/${type}`, { role, type }]));
  return [...all.values()];
}
