import { SandboxError } from "../errors/index.ts";
import type { Executor, ExecutorCounts, ProgramJob, ProgramResult, Verdict } from "./executor.ts";
import type { ProofLine } from "./proof.ts";
import { MAX_VALUE_BYTES } from "./protocol.ts";
import { compareRuns, resultOf, worthRepeating } from "./verdict.ts";
import { Worker, WorkerGoneError, type WorkerSetup } from "./worker.ts";

interface Pending {
  job: ProgramJob;
  settle: (result: ProgramResult) => void;
  fail: (reason: unknown) => void;
  worker?: Worker;
  /** A worker died of it, or with it, before the program ran. */
  lostOne?: boolean;
  /** Nobody waits for it any more. */
  aborted?: boolean;
}

/** Workers of one hash seed, and the jobs that wait for one. */
interface Lane {
  hashSeed: number;
  idle: Worker[];
  starting: number;
  queue: Pending[];
}

/** Everything runs in the first lane, so that runs repeat; `checkDeterminism` runs again in the second. */
const HASH_SEEDS = [0, 1] as const;
/** Share of the warm workers in the first lane: a second run is made only of what passed the first. */
const FIRST_LANE_SHARE = 2 / 3;
/** Starts that may fail one after the other before the pool gives up, and the pause after one, milliseconds. */
const MOST_FAILED_STARTS = 3;
const PAUSE_MS = 50;

/**
 * A warm pool of single-use workers. A job takes one that waits, a new one is started in its place; no two
 * programs ever share a process. Jobs beyond the number of workers wait in order.
 */
export class SandboxPool implements Executor, AsyncDisposable {
  private readonly first = lane(HASH_SEEDS[0]);
  private readonly second = lane(HASH_SEEDS[1]);
  private readonly running = new Set<Pending>();
  /** Starts under way, and processes that still have to end. */
  private readonly unfinished = new Set<Promise<unknown>>();
  private readonly verdicts: Partial<Record<Verdict, number>> = {};
  private finished = 0;
  private failedStarts = 0;
  private filling: NodeJS.Immediate | undefined;
  private closed: SandboxError | undefined;
  /** What the first worker showed of its sandbox. */
  readonly proof: readonly ProofLine[];

  constructor(
    private readonly setup: WorkerSetup,
    firstWorker: Worker,
    private readonly release: () => Promise<void>,
  ) {
    this.proof = firstWorker.proof;
    this.shelve(this.first, firstWorker);
    this.fill();
  }

  get backend() {
    return this.setup.backend.name;
  }

  counts(): ExecutorCounts {
    return {
      running: this.running.size,
      queued: this.first.queue.length + this.second.queue.length,
      idleWorkers: this.first.idle.length + this.second.idle.length,
      finished: this.finished,
      verdicts: { ...this.verdicts },
    };
  }

  /**
   * Runs a program. Resolves for everything a program does; rejects with the signal's reason when aborted, and
   * with SandboxError when no worker can be had any more.
   */
  async run(job: ProgramJob, signal?: AbortSignal): Promise<ProgramResult> {
    let result = await this.enqueue(this.first, job, signal);
    if (worthRepeating(job, result)) {
      result = compareRuns(job, result, await this.enqueue(this.second, job, signal));
    }
    this.finished++;
    this.verdicts[result.verdict] = (this.verdicts[result.verdict] ?? 0) + 1;
    return result;
  }

  /** Resolves when no worker is being started any more: the shelves are as full as they get. */
  async warm(): Promise<void> {
    while (!this.closed && (this.filling || this.first.starting + this.second.starting > 0))
      await Bun.sleep(2);
    if (this.closed) throw this.closed;
  }

  /** Kills every worker and waits until all are gone. Jobs that wait or run are rejected. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close(new SandboxError("The sandbox pool was closed."));
    while (this.unfinished.size > 0) await Promise.all(this.unfinished);
    await this.release();
  }

  private async enqueue(lane: Lane, job: ProgramJob, signal?: AbortSignal): Promise<ProgramResult> {
    if (this.closed) throw this.closed;
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<ProgramResult>();
    const pending: Pending = { job, settle: resolve, fail: reject };
    const abort = () => {
      const at = lane.queue.indexOf(pending);
      if (at >= 0) lane.queue.splice(at, 1);
      pending.aborted = true;
      pending.worker?.kill();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    lane.queue.push(pending);
    this.dispatch();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Gives waiting jobs, in order, to waiting workers, and has started what is short. */
  private dispatch(): void {
    for (const lane of [this.first, this.second]) {
      while (lane.idle.length > 0 && lane.queue.length > 0) {
        void this.execute(lane, lane.idle.shift() as Worker, lane.queue.shift() as Pending);
      }
    }
    // Starting a process holds this thread for milliseconds: first the result that just came goes to its caller.
    this.filling ??= setImmediate(() => {
      this.filling = undefined;
      this.fill();
    });
  }

  private async execute(lane: Lane, worker: Worker, pending: Pending): Promise<void> {
    this.running.add(pending);
    pending.worker = worker;
    const { policy } = this.setup;
    const { job } = pending;
    const nonce = crypto.randomUUID();
    const order = {
      nonce,
      program: job.program,
      calls: job.calls,
      forbidden: job.forbiddenModules ?? [],
      memory: policy.watchMemory ? 0 : policy.memoryBytes,
      cpu: policy.cpuSeconds,
      maxValueBytes: MAX_VALUE_BYTES,
    };
    try {
      const limit = job.timeoutMs ?? policy.timeoutMs;
      const outcome = await worker.run(order, job.stdin ?? "", limit);
      pending.settle(resultOf(policy, outcome));
    } catch (error) {
      const gone = error instanceof WorkerGoneError && !this.closed && !pending.aborted;
      if (gone && error.outcome && pending.lostOne) pending.settle(resultOf(policy, error.outcome));
      else if (gone) {
        pending.lostOne ||= error.outcome !== undefined;
        lane.queue.unshift(pending);
        // What took this worker may have taken the others that wait: the second try gets a new one.
        if (pending.lostOne) for (const idle of lane.idle.splice(0)) idle.kill();
      } else pending.fail(error);
    } finally {
      worker.kill();
      this.running.delete(pending);
      this.dispatch();
    }
  }

  /** Starts workers until as many as the policy allows are there. */
  private fill(): void {
    if (this.closed) return;
    const { first, second } = this;
    const { workers } = this.setup.policy;
    const live = () => this.running.size + supply(first) + supply(second);
    // Second runs go before new programs: what is half done is finished first.
    for (const lane of [second, first]) {
      while (live() < workers && lane.queue.length > supply(lane)) this.start(lane);
      // Every place is taken, and none by a worker that this lane could use: an idle one makes room.
      const other = lane === first ? second : first;
      if (lane.queue.length > 0 && supply(lane) === 0 && other.idle.length > 0) {
        other.idle.shift()?.kill();
        this.start(lane);
      }
    }
    while (live() < workers) {
      this.start(supply(first) < Math.ceil(workers * FIRST_LANE_SHARE) ? first : second);
    }
  }

  private start(lane: Lane): void {
    lane.starting++;
    const started = Worker.start(this.setup, lane.hashSeed)
      .then(
        (worker) => {
          this.failedStarts = 0;
          this.shelve(lane, worker);
        },
        async (error: Error) => {
          this.failedStarts++;
          if (this.failedStarts >= MOST_FAILED_STARTS) this.close(exhausted(error));
          else await Bun.sleep(PAUSE_MS * this.failedStarts);
        },
      )
      .finally(() => {
        lane.starting--;
        this.unfinished.delete(started);
        this.dispatch();
      });
    this.unfinished.add(started);
  }

  /** Puts a proven worker on the shelf, and replaces it when it dies there. */
  private shelve(lane: Lane, worker: Worker): void {
    const gone = worker.exited.then(() => {
      this.unfinished.delete(gone);
      const at = lane.idle.indexOf(worker);
      if (at < 0) return;
      lane.idle.splice(at, 1);
      this.dispatch();
    });
    this.unfinished.add(gone);
    if (this.closed) worker.kill();
    else lane.idle.push(worker);
  }

  private close(reason: SandboxError): void {
    if (this.closed) return;
    this.closed = reason;
    for (const lane of [this.first, this.second]) {
      for (const worker of lane.idle.splice(0)) worker.kill();
      for (const pending of lane.queue.splice(0)) pending.fail(reason);
    }
    for (const pending of this.running) {
      pending.worker?.kill();
      pending.fail(reason);
    }
  }
}

function lane(hashSeed: number): Lane {
  return { hashSeed, idle: [], starting: 0, queue: [] };
}

/** Workers of a lane that are there, or will be, for its next jobs. */
function supply(lane: Lane): number {
  return lane.idle.length + lane.starting;
}

function exhausted(error: Error): SandboxError {
  return new SandboxError(`Sandbox workers do not start any more: ${error.message}`, {
    mend: "See what is wrong with: azr-tui sandbox check",
    cause: error,
  });
}
