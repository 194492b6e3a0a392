import { SandboxError } from "../errors/index.ts";
import type { Executor, ExecutorCounts, ProgramJob, ProgramResult, Verdict } from "./executor.ts";
import { MAX_VALUE_BYTES } from "./protocol.ts";
import { compareRuns, resultOf } from "./verdict.ts";
import { Worker, type WorkerSetup } from "./worker.ts";

/** The two hash seeds of `checkDeterminism`. Everything else runs under the first, so that runs repeat. */
const HASH_SEEDS = [0, 1] as const;
/** Share of the warm workers that wait with the first seed: second runs are made only of what passed a first. */
const FIRST_SEED_SHARE = 2 / 3;
/** Starts that may fail one after the other before the pool gives up. */
const MOST_FAILED_STARTS = 3;

interface Pending {
  job: ProgramJob;
  hashSeed: number;
  settle: (result: ProgramResult) => void;
  fail: (reason: unknown) => void;
}

/**
 * A warm pool of single-use workers. A job takes one that waits, a new one is started in its place; no two
 * programs ever share a process. Jobs beyond the number of workers wait in order.
 */
export class SandboxPool implements Executor, AsyncDisposable {
  private readonly idle: Worker[] = [];
  private readonly queue: Pending[] = [];
  private readonly running = new Set<Worker>();
  /** Hash seeds of workers that are being started. */
  private readonly starting: number[] = [];
  /** Processes that still have to end. */
  private readonly ending = new Set<Promise<unknown>>();
  private readonly verdicts: Partial<Record<Verdict, number>> = {};
  private finished = 0;
  private failedStarts = 0;
  private closed: SandboxError | undefined;

  constructor(
    private readonly setup: WorkerSetup,
    first: Worker,
    private readonly release: () => Promise<void> = async () => undefined,
  ) {
    this.shelve(first);
    this.fill();
  }

  get backend() {
    return this.setup.backend.name;
  }

  /** What the first idle worker showed of its sandbox. */
  get proof() {
    return this.idle[0]?.proof ?? [];
  }

  counts(): ExecutorCounts {
    return {
      running: this.running.size,
      queued: this.queue.length,
      idleWorkers: this.idle.length,
      finished: this.finished,
      verdicts: { ...this.verdicts },
    };
  }

  /**
   * Runs a program. Resolves for everything a program does; rejects with the signal's reason when aborted, and
   * with SandboxError when no worker can be had any more.
   */
  async run(job: ProgramJob, signal?: AbortSignal): Promise<ProgramResult> {
    let result = await this.enqueue(job, HASH_SEEDS[0], signal);
    if (job.checkDeterminism && result.verdict === "ok") {
      result = compareRuns(result, await this.enqueue(job, HASH_SEEDS[1], signal));
    }
    this.finished++;
    this.verdicts[result.verdict] = (this.verdicts[result.verdict] ?? 0) + 1;
    return result;
  }

  /** Resolves when every worker that the pool wants is warm. */
  async warm(): Promise<void> {
    while (!this.closed && this.starting.length > 0) await Bun.sleep(5);
    if (this.closed) throw this.closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close(new SandboxError("The sandbox pool was closed."));
    await Promise.all([...this.ending, ...this.startingWorkers]);
    await Promise.all([...this.ending]);
    await this.release();
  }

  private readonly startingWorkers = new Set<Promise<void>>();

  private enqueue(job: ProgramJob, hashSeed: number, signal?: AbortSignal): Promise<ProgramResult> {
    const { promise, resolve, reject } = Promise.withResolvers<ProgramResult>();
    if (this.closed) return Promise.reject(this.closed);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const pending: Pending = { job, hashSeed, settle: resolve, fail: reject };
    const abort = () => {
      const at = this.queue.indexOf(pending);
      if (at >= 0) this.queue.splice(at, 1);
      reject(signal?.reason);
      this.workerOf.get(pending)?.kill();
    };
    signal?.addEventListener("abort", abort, { once: true });
    this.queue.push(pending);
    this.dispatch();
    return promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  private readonly workerOf = new Map<Pending, Worker>();

  /** Gives waiting jobs, in order, to waiting workers of their hash seed. */
  private dispatch(): void {
    for (const pending of [...this.queue]) {
      const at = this.idle.findIndex((worker) => worker.hashSeed === pending.hashSeed);
      if (at < 0) continue;
      const [worker] = this.idle.splice(at, 1);
      this.queue.splice(this.queue.indexOf(pending), 1);
      this.execute(worker as Worker, pending);
    }
    this.fill();
  }

  private async execute(worker: Worker, pending: Pending): Promise<void> {
    this.running.add(worker);
    this.workerOf.set(pending, worker);
    const { policy } = this.setup;
    const { job } = pending;
    const nonce = crypto.randomUUID();
    try {
      const outcome = await worker.run(
        {
          nonce,
          program: job.program,
          calls: job.calls,
          forbidden: job.forbiddenModules ?? [],
          memory: policy.memoryBytes,
          cpu: policy.cpuSeconds,
          maxValueBytes: MAX_VALUE_BYTES,
        },
        job.stdin ?? "",
        nonce,
        job.timeoutMs ?? policy.timeoutMs,
      );
      pending.settle(resultOf(job, nonce, policy, outcome));
    } catch (error) {
      pending.fail(error);
    } finally {
      worker.kill();
      this.running.delete(worker);
      this.workerOf.delete(pending);
      this.dispatch();
    }
  }

  /** Starts workers until as many as wanted are there, of the seeds that are short. */
  private fill(): void {
    while (!this.closed && this.live < this.setup.policy.workers) this.start(this.seedInNeed());
    // Every place is taken by workers of a seed that nobody waits for: one of them makes room.
    const waiting = this.queue[0];
    if (waiting && !this.closed && this.supply(waiting.hashSeed) === 0 && this.idle.length > 0) {
      this.idle.shift()?.kill();
      this.start(waiting.hashSeed);
    }
  }

  private get live(): number {
    return this.idle.length + this.running.size + this.starting.length;
  }

  /** Workers of a hash seed that are or will be there for the next job. */
  private supply(hashSeed: number): number {
    return (
      this.idle.filter((worker) => worker.hashSeed === hashSeed).length +
      this.starting.filter((seed) => seed === hashSeed).length
    );
  }

  private seedInNeed(): number {
    const [first, second] = HASH_SEEDS;
    const waiting = (seed: number) => this.queue.filter((pending) => pending.hashSeed === seed).length;
    const short = (seed: number) => waiting(seed) - this.supply(seed);
    if (short(first) > 0 || short(second) > 0) return short(second) > short(first) ? second : first;
    const share = this.supply(first) / Math.max(1, this.supply(first) + this.supply(second));
    return share > FIRST_SEED_SHARE ? second : first;
  }

  private start(hashSeed: number): void {
    this.starting.push(hashSeed);
    const started = Worker.start(this.setup, hashSeed)
      .then(
        (worker) => {
          this.failedStarts = 0;
          this.settleStart(hashSeed);
          this.shelve(worker);
        },
        (error) => {
          this.settleStart(hashSeed);
          this.failedStarts++;
          if (this.failedStarts >= MOST_FAILED_STARTS) {
            this.close(
              new SandboxError(`Sandbox workers do not start any more: ${(error as Error).message}`, {
                mend: "See what is wrong with: azr-tui sandbox check",
                cause: error,
              }),
            );
          }
        },
      )
      .then(() => this.dispatch())
      .finally(() => this.startingWorkers.delete(started));
    this.startingWorkers.add(started);
  }

  private settleStart(hashSeed: number): void {
    this.starting.splice(this.starting.indexOf(hashSeed), 1);
  }

  /** Puts a proven worker on the shelf, and replaces it when it dies there. */
  private shelve(worker: Worker): void {
    const gone = worker.exited.then(() => {
      this.ending.delete(gone);
      const at = this.idle.indexOf(worker);
      if (at < 0) return;
      this.idle.splice(at, 1);
      this.dispatch();
    });
    this.ending.add(gone);
    if (this.closed) worker.kill();
    else this.idle.push(worker);
  }

  private close(reason: SandboxError): void {
    if (this.closed) return;
    this.closed = reason;
    for (const worker of [...this.idle.splice(0), ...this.running]) worker.kill();
    for (const pending of this.queue.splice(0)) pending.fail(reason);
    for (const pending of this.workerOf.keys()) pending.fail(reason);
  }
}
