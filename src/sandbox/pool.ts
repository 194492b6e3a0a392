import { SandboxError } from "../errors/index.ts";
import { program } from "./backends/backend.ts";
import type { Executor, ExecutorCounts, ProgramJob, ProgramResult, Verdict } from "./executor.ts";
import type { WorkerSetup } from "./launch.ts";
import type { ProofLine } from "./proof.ts";
import { MAX_VALUE_BYTES } from "./protocol.ts";
import { Room } from "./room.ts";
import { compareRuns, resultOf, worthRepeating } from "./verdict.ts";
import { Worker, WorkerGoneError } from "./worker.ts";

interface Pending {
  job: ProgramJob;
  settle: (result: ProgramResult) => void;
  fail: (reason: unknown) => void;
  worker?: Worker;
  /** A worker that lived when it got it died of it, or with it, before the program ran. */
  lostWorker?: boolean;
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

/** Generations of starts that failed one after the other, with the times of the first and the last. */
interface Failing {
  times: number;
  since: number;
  last: number;
}

/** Everything runs in the first lane, so that runs repeat; `checkDeterminism` runs again in the second. */
const HASH_SEEDS = [0, 1] as const;
/** Share of the warm workers in the first lane: a second run is made only of what passed the first. */
const FIRST_LANE_SHARE = 2 / 3;

/** Those who make programs at one time, for each worker: some of them think while others' programs run. */
const PLACES_PER_WORKER = 4;

/** How long a pool goes on when no worker starts. */
export interface Patience {
  /** Generations of starts, and time from the first failure, milliseconds, that both pass before jobs are rejected. */
  generations: number;
  ms: number;
  /** Pause after the first failure, milliseconds; twice as long after each further one, up to the longest. */
  firstPauseMs: number;
  longestPauseMs: number;
}

const PATIENCE: Patience = { generations: 4, ms: 10_000, firstPauseMs: 50, longestPauseMs: 2000 };

/**
 * A warm pool of single-use workers. A job takes one that waits, a new one is started in its place; no two
 * programs ever share a process. Jobs beyond the number of workers wait in order.
 *
 * A worker that is lost, alone or with all others, is replaced. Starts that fail side by side may have one cause, so
 * they count as one generation; between generations there is a pause that grows. When none has brought a worker for
 * as long as the pool is patient, the jobs that wait are rejected; a later job makes it try anew.
 */
export class SandboxPool implements Executor, AsyncDisposable {
  private readonly first = lane(HASH_SEEDS[0]);
  private readonly second = lane(HASH_SEEDS[1]);
  private readonly running = new Set<Pending>();
  /** Starts under way, and processes that still have to end. */
  private readonly unfinished = new Set<Promise<unknown>>();
  private readonly verdicts: Partial<Record<Verdict, number>> = {};
  private finished = 0;
  private readonly places: Room;
  private failing: Failing | undefined;
  /** Why the jobs that waited were rejected; undefined again when a later one comes, or a worker. */
  private resting: SandboxError | undefined;
  private filling: NodeJS.Immediate | undefined;
  private pause: NodeJS.Timeout | undefined;
  private closed: SandboxError | undefined;
  /** What the first worker showed of its sandbox. */
  readonly proof: readonly ProofLine[];

  constructor(
    private readonly setup: WorkerSetup,
    firstWorker: Worker,
    private readonly release: () => Promise<void>,
    private readonly patience: Patience = PATIENCE,
  ) {
    this.proof = firstWorker.proof;
    this.places = new Room(PLACES_PER_WORKER * setup.policy.workers);
    this.shelve(this.first, firstWorker);
    this.fill();
  }

  get backend() {
    return this.setup.backend.name;
  }

  /** Versions and limits, by name. */
  async describe(): Promise<Record<string, string>> {
    const { backend, host, policy } = this.setup;
    const { workers, timeoutMs, memoryBytes } = policy;
    const [launcher] = backend.programs;
    return {
      ...(launcher ? { version: await versionOf(program(host, launcher)) } : {}),
      Python: `${host.interpreter.version}, ${host.interpreter.path}`,
      workers: `${workers}, each for one program`,
      limits: `${timeoutMs / 1000} s, ${memoryBytes / 2 ** 20} MiB a program`,
    };
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

  /** A place for one who makes programs; rejects with the signal's reason, and with SandboxError in a closed pool. */
  room(signal?: AbortSignal): Promise<Disposable> {
    return this.places.enter(signal);
  }

  /**
   * Runs a program. Resolves for everything a program does; rejects with the signal's reason when aborted, and
   * with SandboxError when the pool is closed, too many wait already, or no worker can be had.
   */
  async run(job: ProgramJob, signal?: AbortSignal): Promise<ProgramResult> {
    const { waiting } = this.setup.policy;
    if (this.first.queue.length >= waiting) {
      throw new SandboxError(
        `${waiting} programs wait for the sandbox already, which is as many as it holds.`,
        {
          mend: "Await room() for each program before it is made.",
        },
      );
    }
    let result = await this.enqueue(this.first, job, signal);
    if (worthRepeating(job, result)) {
      result = compareRuns(job, result, await this.enqueue(this.second, job, signal));
    }
    this.finished++;
    this.verdicts[result.verdict] = (this.verdicts[result.verdict] ?? 0) + 1;
    return result;
  }

  /**
   * Resolves when no worker is being started any more: the shelves are as full as they get. Rejects with SandboxError
   * when no worker can be had.
   */
  async warm(): Promise<void> {
    const busy = () => this.filling || this.pause || this.first.starting + this.second.starting > 0;
    while (!this.closed && !this.resting && busy()) await Bun.sleep(2);
    const reason = this.closed ?? this.resting;
    if (reason) throw reason;
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
    this.resting = undefined;
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
      maxValueBytes: MAX_VALUE_BYTES,
    };
    try {
      const limits =
        job.timeoutMs === undefined && job.cpuMs === undefined
          ? { timeoutMs: policy.clockMs, cpuMs: Math.min(policy.timeoutMs, policy.cpuSeconds * 1000) }
          : { timeoutMs: job.timeoutMs ?? policy.clockMs, cpuMs: job.cpuMs };
      const outcome = await worker.run(order, job.stdin ?? "", limits);
      pending.settle(resultOf(policy, outcome));
    } catch (error) {
      if (!(error instanceof WorkerGoneError) || pending.aborted) pending.fail(error);
      else if (!error.outcome) this.putBack(lane, pending);
      else if (pending.lostWorker || this.closed) pending.settle(resultOf(policy, error.outcome));
      else this.tryAgain(lane, pending);
    } finally {
      worker.kill();
      this.running.delete(pending);
      this.dispatch();
    }
  }

  /**
   * Whether a worker died of a job or beside it, the next one shows; and the next one is new, since what kills one that
   * waits may have killed all of them.
   */
  private tryAgain(lane: Lane, pending: Pending): void {
    pending.lostWorker = true;
    this.start(lane, pending);
  }

  /** Makes a job the next one that waits, unless nothing that waits is run any more. */
  private putBack(lane: Lane, pending: Pending): void {
    const reason = this.closed ?? this.resting;
    if (reason) pending.fail(reason);
    else if (!pending.aborted) lane.queue.unshift(pending);
  }

  /** Starts workers until as many as the policy allows are there. */
  private fill(): void {
    if (this.closed || this.resting || this.pause) return;
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

  /** Starts a worker for the shelf, or for this one job. */
  private start(lane: Lane, only?: Pending): void {
    lane.starting++;
    const began = performance.now();
    const started = Worker.start(this.setup, lane.hashSeed)
      .then(
        (worker) => {
          this.failing = undefined;
          this.resting = undefined;
          this.endPause();
          if (this.closed) only?.fail(this.closed);
          if (only && !only.aborted && !this.closed) void this.execute(lane, worker, only);
          else this.shelve(lane, worker);
        },
        (error: Error) => {
          if (only) this.putBack(lane, only);
          this.failed(began, error);
        },
      )
      .finally(() => {
        lane.starting--;
        this.unfinished.delete(started);
        this.dispatch();
      });
    this.unfinished.add(started);
  }

  /** After a start that failed: a pause before the next ones, or an end of patience. */
  private failed(began: number, error: Error): void {
    const now = performance.now();
    // Begun before the last failure was known: of its generation.
    if (this.closed || (this.failing && began < this.failing.last)) return;
    const { patience } = this;
    const failing = { since: this.failing?.since ?? now, last: now, times: (this.failing?.times ?? 0) + 1 };
    this.failing = failing;
    if (failing.times >= patience.generations && now - failing.since >= patience.ms) {
      this.rest(exhausted(failing, error));
      return;
    }
    const pauseMs = Math.min(patience.longestPauseMs, patience.firstPauseMs * 2 ** (failing.times - 1));
    this.endPause();
    this.pause = setTimeout(() => {
      this.pause = undefined;
      this.fill();
    }, pauseMs);
  }

  private endPause(): void {
    clearTimeout(this.pause);
    this.pause = undefined;
  }

  /** Rejects the jobs that wait, and starts nothing until another one comes. Jobs that run go on. */
  private rest(reason: SandboxError): void {
    this.failing = undefined;
    this.endPause();
    this.resting = reason;
    for (const lane of [this.first, this.second]) {
      for (const pending of lane.queue.splice(0)) pending.fail(reason);
    }
  }

  /** Puts a proven worker on the shelf, and replaces it when it dies there. */
  private shelve(lane: Lane, worker: Worker): void {
    const gone = worker.exited.then(() => {
      this.unfinished.delete(gone);
      const at = lane.idle.indexOf(worker);
      if (at < 0) return;
      lane.idle.splice(at, 1);
      // Its launcher has ended; what that had started may be there still.
      worker.kill();
      this.dispatch();
    });
    this.unfinished.add(gone);
    if (this.closed) worker.kill();
    else lane.idle.push(worker);
  }

  private close(reason: SandboxError): void {
    if (this.closed) return;
    this.closed = reason;
    this.places.close(reason);
    this.endPause();
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

/** The line of what a tool says of itself that has a version in it. */
async function versionOf(tool: string): Promise<string> {
  const child = Bun.spawn([tool, "--version"], { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  const lines = (await new Response(child.stdout).text()).split("\n");
  return lines.find((line) => /\d+\.\d+/.test(line))?.trim() ?? "unknown";
}

function lane(hashSeed: number): Lane {
  return { hashSeed, idle: [], starting: 0, queue: [] };
}

/** Workers of a lane that are there, or will be, for its next jobs. */
function supply(lane: Lane): number {
  return lane.idle.length + lane.starting;
}

function exhausted(failing: Failing, error: Error): SandboxError {
  const seconds = Math.round((failing.last - failing.since) / 1000);
  const tries = `${failing.times} tries in ${seconds} s`;
  return new SandboxError(`Sandbox workers do not start any more (${tries}): ${error.message}`, {
    mend: "See what is wrong with: azr-tui sandbox check",
    cause: error,
  });
}
