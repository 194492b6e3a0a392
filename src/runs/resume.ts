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

/** The checkpoint to go on from, null without any, and the damaged ones that are passed over for it. */
export interface ResumeChoice {
  checkpoint: CheckpointRecord | null;
  broken: readonly Broken[];
}

/**
 * The named checkpoint, else the newest one that is whole. Changes nothing. Raises RunError when a step is named
 * and its checkpoint is damaged, or none is whole.
 */
export async function choosePoint(
  database: RunDatabase,
  directory: string,
  step?: number,
): Promise<ResumeChoice> {
  const all = readCheckpoints(database);
  if (step === undefined) return await newestWhole(all, directory);
  return { checkpoint: await wholeOf(all, directory, step), broken: [] };
}

/** Takes a run back to a chosen checkpoint; the damaged ones are moved aside, with a warning each. */
export function resumeAt(
  database: RunDatabase,
  directory: string,
  { checkpoint, broken }: ResumeChoice,
): ResumePoint {
  const last = database.get<{ step: number }>("SELECT coalesce(max(step), 0) AS step FROM steps")?.step ?? 0;
  const step = checkpoint?.step ?? 0;
  rewind(database, step);
  for (const { record } of broken) setAside(directory, record);
  removeStrayCheckpoints(directory, readCheckpoints(database));
  return {
    checkpoint,
    step,
    dropped: last - step,
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
