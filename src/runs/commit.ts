import { forgetCheckpoints } from "./best-checkpoint.ts";
import type { RunDatabase } from "./database.ts";
import { appendEvent } from "./events.ts";
import type { CheckpointRecord, EventRecord, RolloutRecord, StepRecord, TaskRecord } from "./records.ts";

/** What one step leaves behind. Step 0 is the seeding. */
export interface StepCommit extends StepRecord {
  metrics: Readonly<Record<string, number>>;
  /** Tasks admitted in this step, ids given. */
  tasks: readonly TaskRecord[];
  /** Tasks solved in this step. */
  taskUpdates: readonly { id: number; solveRate: number | null; timesDrawn: number }[];
  /** Ids of the earlier tasks that a buffer gave up in this step. */
  evicted?: readonly number[];
  rollouts: readonly Omit<RolloutRecord, "id">[];
  checkpoint?: CheckpointRecord;
  /** Checkpoints that stay named, the new one included; the directories of others may be removed afterwards. */
  keepCheckpoints: number;
  events?: readonly Omit<EventRecord, "id">[];
}

/** Stores a finished step, and the checkpoint that belongs to it, in one transaction. */
export function commitStep(database: RunDatabase, commit: StepCommit): void {
  database.transaction(() => {
    database.run("INSERT INTO steps VALUES (?, ?, ?)", [commit.step, commit.startedAt, commit.finishedAt]);
    insertMetrics(database, commit.step, commit.metrics);
    for (const task of commit.tasks) insertTask(database, task);
    for (const update of commit.taskUpdates) applyTaskUpdate(database, commit.step, update);
    for (const id of commit.evicted ?? []) {
      database.run("UPDATE tasks SET evicted_step = ? WHERE id = ?", [commit.step, id]);
    }
    for (const rollout of commit.rollouts) insertRollout(database, rollout);
    if (commit.checkpoint) recordCheckpoint(database, commit.checkpoint, commit.keepCheckpoints);
    for (const event of commit.events ?? []) appendEvent(database, event);
  });
}

/** Names a finished checkpoint directory, and forgets all but the last `keep` and the best, in one transaction. */
export function recordCheckpoint(database: RunDatabase, checkpoint: CheckpointRecord, keep: number): void {
  database.transaction(() => {
    database.run("INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)", [
      checkpoint.step,
      checkpoint.directory,
      checkpoint.createdAt,
      checkpoint.bytes,
    ]);
    forgetCheckpoints(database, keep);
  });
}

/** Adds figures to a step; a figure that is not a finite number is stored as NULL. */
export function insertMetrics(
  database: RunDatabase,
  step: number,
  metrics: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(metrics)) {
    database.run("INSERT OR REPLACE INTO metrics (step, name, value) VALUES (?, ?, ?)", [
      step,
      name,
      Number.isFinite(value) ? value : null,
    ]);
  }
}

function insertTask(database: RunDatabase, task: TaskRecord): void {
  database.run("INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [
    task.id,
    task.type,
    task.origin,
    task.step,
    task.program,
    JSON.stringify(task.inputs),
    JSON.stringify(task.outputs),
    task.message,
    JSON.stringify(task.parents),
    task.learnability,
    task.solveRate,
    task.timesDrawn,
    task.fingerprint,
    task.skeleton,
    task.evictedStep,
  ]);
  if (task.solveRate !== null || task.timesDrawn > 0) recordFigures(database, task.step, task);
}

/** The task row holds the latest figures; `task_updates` keeps each step's, so that a rewind can restore them. */
function applyTaskUpdate(
  database: RunDatabase,
  step: number,
  update: { id: number; solveRate: number | null; timesDrawn: number },
): void {
  database.run("UPDATE tasks SET solve_rate = ?, times_drawn = ? WHERE id = ?", [
    update.solveRate,
    update.timesDrawn,
    update.id,
  ]);
  recordFigures(database, step, update);
}

function recordFigures(
  database: RunDatabase,
  step: number,
  task: { id: number; solveRate: number | null; timesDrawn: number },
): void {
  database.run("INSERT OR REPLACE INTO task_updates VALUES (?, ?, ?, ?)", [
    step,
    task.id,
    task.solveRate,
    task.timesDrawn,
  ]);
}

function insertRollout(database: RunDatabase, rollout: Omit<RolloutRecord, "id">): void {
  // The id is SQLite's largest plus one, so a rewound run gives the same rollout the same id again.
  database.run(
    "INSERT INTO rollouts VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [
      rollout.step,
      rollout.role,
      rollout.type,
      rollout.taskId,
      rollout.group,
      rollout.prompt,
      rollout.response,
      rollout.answer,
      rollout.verdict,
      rollout.detail,
      JSON.stringify(rollout.flags),
      rollout.programKey,
      rollout.reward,
      JSON.stringify(rollout.components),
      rollout.advantage,
      rollout.promptTokens,
      rollout.responseTokens,
      rollout.logProbability,
      rollout.finish,
      rollout.strategy,
    ],
  );
}
