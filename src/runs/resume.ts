import { RunError } from "../errors/index.ts";
import { removeStrayCheckpoints, setAside, verifyCheckpoint } from "./checkpoint.ts";
import type { RunDatabase } from "./database.ts";
import { checkpoints as readCheckpoints } from "./queries/steps.ts";
import type { CheckpointRecord } from "./records.ts";
import { rewind } from "./rewind.ts";

/** Where a resumed run goes on. */
export interface ResumePoint {
  /** Null when the run has no checkpoint yet: it goes on from the seeding, with the model as it came. */
  checkpoint: CheckpointRecord | null;
  /** The last step that is kept. */
  step: number;
  /** Steps that were finished after it and are dropped. */
  dropped: number;
  /** What a person should know: damaged checkpoints that were passed over. */
  warnings: string[];
}

/**
 * Takes a run back to a checkpoint: the named step, else the newest one that is whole. A damaged one is moved
 * aside with a warning and the one before it is taken; when a step is named and damaged, or none is whole,
 * RunError says so and nothing is changed.
 */
export async function resumeFrom(
  database: RunDatabase,
  directory: string,
  step?: number,
): Promise<ResumePoint> {
  const all = readCheckpoints(database);
  const last = database.get<{ step: number }>("SELECT coalesce(max(step), 0) AS step FROM steps")?.step ?? 0;
  const { checkpoint, broken } =
    step === undefined
      ? await newestWhole(all, directory)
      : { checkpoint: await wholeOf(all, directory, step), broken: [] };
  rewind(database, checkpoint?.step ?? 0);
  for (const { record } of broken) setAside(directory, record);
  removeStrayCheckpoints(directory, readCheckpoints(database));
  const kept = checkpoint?.step ?? 0;
  return {
    checkpoint,
    step: kept,
    dropped: last - kept,
    warnings: broken.map(
      ({ record, error }) => `${error.message}; moved aside as ${record.directory}.damaged`,
    ),
  };
}

interface Broken {
  record: CheckpointRecord;
  error: RunError;
}

async function newestWhole(all: readonly CheckpointRecord[], directory: string) {
  const broken: Broken[] = [];
  for (const record of all) {
    const error = await damageOf(directory, record);
    if (error === null) return { checkpoint: record, broken };
    broken.push({ record, error });
  }
  const newest = broken[0];
  if (newest) {
    throw new RunError(`none of the run's ${all.length} checkpoints is whole: ${newest.error.message}`, {
      mend: "Restore a checkpoint from a copy, or start a new run.",
      cause: newest.error,
    });
  }
  return { checkpoint: null, broken };
}

async function wholeOf(all: readonly CheckpointRecord[], directory: string, step: number) {
  const record = all.find((candidate) => candidate.step === step);
  if (!record) {
    const known = all.map((candidate) => candidate.directory).join(", ") || "none";
    throw new RunError(`the run has no checkpoint of step ${step}; it has ${known}`, {
      mend: "Resume from one of these, or without a number from the newest.",
    });
  }
  await verifyCheckpoint(directory, record);
  return record;
}

async function damageOf(directory: string, record: CheckpointRecord): Promise<RunError | null> {
  try {
    await verifyCheckpoint(directory, record);
    return null;
  } catch (error) {
    if (error instanceof RunError) return error;
    throw error;
  }
}
