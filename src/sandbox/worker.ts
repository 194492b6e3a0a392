import { dirname } from "node:path";
import { SandboxError } from "../errors/index.ts";
import type { Backend } from "./backends/backend.ts";
import { Conversation } from "./conversation.ts";
import { FrameStream, type FramesEnd } from "./frame-stream.ts";
import { type Child, launch, WORKER_MARK, type WorkerSetup } from "./launch.ts";
import { type ByteReader, OutputCapture } from "./output-capture.ts";
import { heed, writeWhilePiped } from "./pipe-writes.ts";
import { GRACE_MS, ProcessTree } from "./process-tree.ts";
import {
  explain,
  gatherEvidence,
  type Hello,
  helloOf,
  interpreterLine,
  judge,
  type ProofLine,
} from "./proof.ts";
import { encodeFrame, type FrameValue, frame } from "./protocol.ts";
import { type Exhausted, watchUse } from "./use-watch.ts";

/** How a job left its process, before it is put into a ProgramResult. */
export interface WorkerOutcome {
  ended: FramesEnd | { kind: "output-limit" | Exhausted };
  /** What the worker said until then. */
  said: Conversation;
  stdout: Uint8Array;
  /** Limit by the clock less what the process waited for a processor, and time from the hand-over to the end. */
  timeoutMs: number;
  wallMs: number;
  /** How long the process could sleep. */
  idleLimitMs: number;
  /** CPU time that the process could come to, what it used before the job included. */
  cpuLimitMs: number;
  /** CPU time of the job, and of the process since its start: the kernel's limit is on the latter. */
  cpuMs: number;
  processCpuMs: number;
  peakBytes: number;
}

/**
 * Limits of one job, milliseconds; without a limit on CPU time the policy's holds, and never more than its most. A job
 * that has one may sleep for as long as it may compute: the clock's limit is for machines that give CPU time slowly.
 */
export interface JobLimits {
  timeoutMs: number;
  cpuMs?: number | undefined;
}

/** A worker's order: the job as the inside reads it; the worker adds the limit on CPU time. */
export interface Order extends Record<string, FrameValue> {
  /** The marker behind the output, and the sign of the result. */
  nonce: string;
  program: string;
  calls: readonly string[];
  forbidden: readonly string[];
  /** Address space in bytes (0: the host watches memory), and budget of the values in bytes. */
  memory: number;
  maxValueBytes: number;
}

/** A worker that did not start, or did not prove itself. */
export class UnprovenError extends Error {
  constructor(
    message: string,
    readonly proof: readonly ProofLine[],
  ) {
    super(message);
  }
}

/** A worker that was gone before anything of its job ran: another one can take it. */
export class WorkerGoneError extends Error {
  constructor(
    message: string,
    /** What was seen of a job that was handed over: a program can crash the compiler, so a second time it counts. */
    readonly outcome?: WorkerOutcome,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** One process: started, proven, given one job, ended. */
export class Worker {
  private readonly tree: ProcessTree;
  /** CPU time of the process before its job, milliseconds. */
  private usedMs = 0;
  private readonly frames: FrameStream;
  private readonly messages: ByteReader;
  proof: ProofLine[] = [];

  private constructor(
    private readonly child: Child,
    private readonly setup: WorkerSetup,
    readonly hashSeed: number,
  ) {
    this.tree = new ProcessTree(child, setup.watchdog);
    this.frames = new FrameStream(child.stdout.getReader(), child.exited);
    this.messages = child.stderr.getReader();
  }

  /** Settles when the process and its launcher are gone. */
  get exited(): Promise<number> {
    return this.child.exited;
  }

  get pid(): number {
    return this.tree.pid;
  }

  /**
   * Starts a worker and lets it prove itself. Rejects with the reason, in words, when it does not; the process
   * is then gone or going.
   */
  static async start(setup: WorkerSetup, hashSeed: number): Promise<Worker> {
    const child = launch(setup, hashSeed);
    const worker = new Worker(child, setup, hashSeed);
    try {
      await worker.prove();
      return worker;
    } catch (error) {
      worker.kill();
      throw error;
    }
  }

  private async prove(): Promise<void> {
    const { setup, child } = this;
    const filter = Buffer.from(setup.backend.ownFilter?.(setup.host) ?? []).toString("hex");
    // A launcher that has given up already breaks the pipe: what it said about that is read below.
    writeWhilePiped(
      child.stdin,
      frame(setup.host.interpreter.worker),
      encodeFrame({ canary: setup.canary, filter, interpreter: withParents(setup.host.interpreter.roots) }),
    );
    let hello: Hello | undefined;
    const spoken = this.frames.read((frame) => {
      hello = helloOf(frame);
      return hello === undefined ? "it said something else than expected" : "last";
    });
    // A launcher that is killed may leave parts of itself, which hold the pipes open and wait for nothing.
    const abandoned = child.exited.then(async (code): Promise<FramesEnd> => {
      await Bun.sleep(GRACE_MS);
      return { kind: "exited", code };
    });
    const ended = await within(Promise.race([spoken, abandoned]), setup.policy.startMs);
    if (hello === undefined) {
      this.kill();
      const said = (await this.launcherMessages()).replace(/\.+$/, "");
      throw new UnprovenError(
        `A worker of ${setup.backend.name} did not start: ${said || describe(ended, setup.policy.startMs)}.`,
        [],
      );
    }
    if (process.platform === "linux") this.tree.findInterpreter(WORKER_MARK);
    if (setup.backend.name !== "unsafe-local") {
      this.proof =
        process.platform === "linux"
          ? judge(gatherEvidence(this.tree.pid, setup.canary, hello), filtersOf(setup.backend))
          : [
              interpreterLine(hello),
              { name: "canary file hidden", ok: hello.canary !== "read", seen: `worker: ${hello.canary}` },
            ];
      if (!this.proof.every((line) => line.ok)) {
        throw new UnprovenError(explain(setup.backend.name, this.proof), this.proof);
      }
    }
    this.usedMs = this.tree.setBaseline().cpuMs;
  }

  /**
   * Hands the job over and waits for its end. The process is gone or going when this settles. Rejects with
   * WorkerGoneError when it was gone before, and with SandboxError when it could not limit itself.
   */
  async run(order: Order, stdin: string, limits: JobLimits): Promise<WorkerOutcome> {
    // What ends with all others beside it, as under a host without memory, is not the job's doing.
    if (this.tree.isGone) throw new WorkerGoneError("the worker ended while it waited for a job");
    const began = performance.now();
    const { timeoutMs } = limits;
    const { usedMs } = this;
    const { cpuSeconds, mostCpuSeconds } = this.setup.policy;
    const asked = limits.cpuMs === undefined ? cpuSeconds * 1000 : usedMs + limits.cpuMs;
    const cpuLimitMs = Math.min(mostCpuSeconds * 1000, asked);
    const idleLimitMs = Math.min(timeoutMs, limits.cpuMs ?? timeoutMs);
    const { nonce, calls, forbidden } = order;
    const said = new Conversation({ nonce, calls: calls.length, forbidden });
    const capture = new OutputCapture(this.messages, nonce, this.setup.policy.outputBytes);
    this.handOver(encodeFrame({ ...order, cpu: Math.ceil(cpuLimitMs / 1000) }), stdin);

    const spoken = this.frames.read((frame) => {
      if (!said.take(frame)) return "a frame that no worker writes";
      return said.complete ? "last" : "more";
    });
    const flood = capture.flooded.promise.then(() => ({ kind: "output-limit" }) as const);
    using watch = watchUse(this.tree.pid, this.setup.policy, {
      usedMs,
      limitMs: cpuLimitMs,
      idleMs: idleLimitMs,
      clockMs: timeoutMs,
    });
    const exhausted = watch.exhausted.then((kind) => ({ kind }));
    let ended: WorkerOutcome["ended"] = await Promise.race([spoken, flood, exhausted]);
    if (ended.kind === "said" && !said.isRefused && !said.broken) {
      if (!(await within(capture.complete.promise, GRACE_MS)))
        ended = { kind: "refused", reason: "the output was not closed by the worker" };
    }
    const wallMs = performance.now() - began;
    const usage = this.tree.usage(watch.last);
    this.kill();
    if (said.broken) {
      throw new SandboxError(
        `A worker of ${this.setup.backend.name} could not set its limits: ${said.broken}.`,
        {
          mend: "See what is wrong with: azr-tui sandbox check",
        },
      );
    }
    const outcome: WorkerOutcome = {
      ended,
      said,
      stdout: capture.bytes(),
      timeoutMs,
      wallMs,
      idleLimitMs,
      cpuLimitMs,
      cpuMs: Math.max(0, usage.cpuMs - usedMs),
      processCpuMs: usage.cpuMs,
      peakBytes: usage.peakBytes,
    };
    if (ended.kind === "exited" && !said.begun)
      throw new WorkerGoneError("the worker ended before the program ran", outcome);
    return outcome;
  }

  /** Writes the job, then the program's standard input, and closes the pipe. */
  private handOver(job: Uint8Array, stdin: string): void {
    try {
      heed(this.child.stdin.write(job));
      if (stdin) heed(this.child.stdin.write(stdin));
      // Not awaited: the program may leave its input unread, and a broken pipe is then its own affair.
      Promise.resolve(this.child.stdin.end()).catch(() => undefined);
    } catch (error) {
      throw new WorkerGoneError("the worker ended while it waited for a job", undefined, { cause: error });
    }
  }

  /** Ends the whole tree: the program at once, then the launcher, which gets a moment to clean up. */
  kill(): void {
    this.tree.kill();
  }

  /** What the launcher wrote before it gave up, for the message to the user. */
  private async launcherMessages(): Promise<string> {
    const parts: Uint8Array[] = [];
    const collect = (async () => {
      for (let read = await this.messages.read(); !read.done; read = await this.messages.read()) {
        parts.push(read.value);
      }
    })();
    await within(collect, GRACE_MS);
    return Buffer.concat(parts).toString().trim().slice(0, 500);
  }
}

/** The promise's value, or undefined when it takes longer. */
async function within<T>(promise: Promise<T>, limitMs: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, limitMs, undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Paths and every directory above them: what lies beside an interpreter's library can be part of it, too. */
function withParents(paths: readonly string[]): string[] {
  const all = new Set(paths);
  for (let path of paths) {
    while (path !== dirname(path)) {
      path = dirname(path);
      all.add(path);
    }
  }
  return [...all];
}

function filtersOf(backend: Backend): number {
  return backend.filters + (backend.ownFilter ? 1 : 0);
}

function describe(ended: FramesEnd | undefined, startMs: number): string {
  if (ended === undefined) return `no sign of life within ${startMs / 1000} s`;
  if (ended.kind === "exited") return `it exited with code ${ended.code}`;
  return ended.kind === "refused" ? ended.reason : "it said something else than expected";
}
