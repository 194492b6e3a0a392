import type { Config } from "../config/schema.ts";
import { type BestCheckpoint, bestCheckpoint, setBestCheckpoint } from "../runs/best-checkpoint.ts";
import { linkFinal, removeStrayCheckpoints, writeCheckpoint } from "../runs/checkpoint.ts";
import { recordCheckpoint } from "../runs/commit.ts";
import type { RunDatabase } from "../runs/database.ts";
import { metricSeries } from "../runs/queries/metrics.ts";
import { checkpoints } from "../runs/queries/steps.ts";
import type { CheckpointRecord } from "../runs/records.ts";

/** When a run's checkpoints are written, and which stay. */
export class Checkpointer {
  private wanted = false;
  /** The one being added beside other work. */
  private adding: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: RunDatabase,
    private readonly directory: string,
    private readonly config: () => Config,
  ) {}

  /** The step under way gets a checkpoint whatever the config says. */
  want(): void {
    this.wanted = true;
  }

  due(step: number, last: number): boolean {
    return this.wanted || step % this.config().checkpoints.every === 0 || step === last;
  }

  has(step: number): boolean {
    return checkpoints(this.database).some((record) => record.step === step);
  }

  /** Writes a directory that the caller names in the step's commit. Raises RunError, and leaves nothing behind. */
  async write(step: number, save: (directory: string) => Promise<void>): Promise<CheckpointRecord> {
    // One at a time: tidying up after one would remove what another is writing. Its failure is its caller's.
    await this.adding.catch(() => undefined);
    const record = await writeCheckpoint(this.directory, step, save);
    this.wanted = false;
    return record;
  }

  /** Writes the checkpoint of a step that is committed already. */
  async add(step: number, save: (directory: string) => Promise<void>): Promise<void> {
    const written = this.write(step, save).then((record) => {
      recordCheckpoint(this.database, record, this.config().checkpoints.keep);
      this.prune();
    });
    this.adding = written;
    await written;
  }

  /**
   * Keeps the checkpoint of a finished step whose figure is the best so far, and names it; one that is as good as
   * an earlier one is not better. What is kept now, or null where that did not change.
   */
  async keepBest(step: number, save: (directory: string) => Promise<void>): Promise<BestCheckpoint | null> {
    const { best, keep } = this.config().checkpoints;
    const { metric, mode } = best;
    if (metric === "" || step === 0) return null;
    const value = metricSeries(this.database, metric).find((point) => point.step === step)?.value ?? null;
    if (value === null) return null;
    const before = bestCheckpoint(this.database);
    if (before?.metric === metric && !(mode === "max" ? value > before.value : value < before.value))
      return null;
    if (!this.has(step)) await this.add(step, save);
    const kept = { step, metric, value };
    setBestCheckpoint(this.database, kept, keep);
    this.prune();
    return kept;
  }

  /** `checkpoint-final` stands for the last step's checkpoint; `false` says that the run goes on and has none. */
  final(finished: boolean): void {
    const last = finished ? checkpoints(this.database)[0] : undefined;
    linkFinal(this.directory, last ?? null);
  }

  /** Removes directories that no row names any more: to be called after the commit. */
  prune(): void {
    removeStrayCheckpoints(this.directory, checkpoints(this.database));
  }
}
