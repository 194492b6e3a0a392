import type { Executor, ProgramResult } from "../sandbox/executor.ts";
import type { PythonValue } from "../sandbox/literals.ts";
import { keepsNoState } from "./keeps-no-state.ts";

/** The most calls of one job: they share its limits. */
const MOST_CALLS = 32;

interface Waiting {
  call: string;
  /** The result from a job with others; undefined where it is to run by itself, `leads` where others wait for its end. */
  settle: (outcome: { shared?: ProgramResult; leads?: boolean }) => void;
  fail: (reason: unknown) => void;
}

/** Calls of one program. */
interface Queue {
  busy: boolean;
  waiting: Waiting[];
  /** Every call runs by itself: what the program does may depend on the calls before, or a job of several failed. */
  apart: boolean;
}

/**
 * Runs calls of programs, each with the result that it has in a process of its own, in fewer processes: calls that come
 * while the program runs already go as one job when it has ended.
 *
 * A program that counts its calls could make a right value wrong in such a job, or a wrong one right. So what a job of
 * several says is believed only where it cannot matter or cannot be otherwise: only for a program that keeps no state
 * (keeps-no-state.ts), only a plain value of a job that raised no flag, and only where the caller says that the value
 * settles the matter. He says so of wrong ones. Everything else runs again by itself, and that is what counts: a right
 * value, an exception (it may be one of memory that another call took), all calls of a job that ended before its end, as
 * where one input never ends. So no result depends on which calls came together.
 */
export class GatheredRuns {
  private readonly queues = new Map<string, Queue>();

  constructor(
    private readonly executor: Executor,
    private readonly signal?: AbortSignal,
  ) {}

  /** Takes places of the executor, and rejects as it does. */
  async run(program: string, call: string, settles: (value: PythonValue) => boolean): Promise<ProgramResult> {
    const alone = () => this.process(program, [call]);
    const queue = this.queueOf(program);
    if (queue.apart) return await alone();
    let leads = !queue.busy;
    queue.busy = true;
    if (!leads) {
      const { promise, resolve, reject } = Promise.withResolvers<Parameters<Waiting["settle"]>[0]>();
      queue.waiting.push({ call, settle: resolve, fail: reject });
      const { shared, leads: next = false } = await promise;
      const value = shared?.calls[0]?.value;
      if (shared && value && settles(value)) return shared;
      leads = next;
    }
    if (!leads) return await alone();
    try {
      return await alone();
    } finally {
      this.next(program, queue);
    }
  }

  /** Whoever waits for his turn holds no place: while the sandbox is busy, more calls come together. */
  private async process(program: string, calls: readonly string[]): Promise<ProgramResult> {
    using _place = await this.executor.room(this.signal);
    return await this.executor.run({ program, calls }, this.signal);
  }

  private queueOf(program: string): Queue {
    const known = this.queues.get(program);
    if (known) return known;
    const queue = { busy: false, waiting: [], apart: !keepsNoState(program) };
    this.queues.set(program, queue);
    return queue;
  }

  /** Who waits is next, together where there are several. */
  private next(program: string, queue: Queue): void {
    const group = queue.waiting.splice(0, queue.apart ? Number.POSITIVE_INFINITY : MOST_CALLS);
    queue.busy = group.length > 0 && !queue.apart;
    if (queue.apart) for (const { settle } of group) settle({});
    else if (group.length === 1) group[0]?.settle({ leads: true });
    else if (group.length > 1) void this.runTogether(program, queue, group);
  }

  private async runTogether(program: string, queue: Queue, group: readonly Waiting[]): Promise<void> {
    try {
      const calls = group.map(({ call }) => call);
      const result = await this.process(program, calls);
      const believed = result.flags.length === 0 && result.calls.length === calls.length;
      if (!believed) queue.apart = true;
      for (const [i, { settle }] of group.entries()) {
        const one = result.calls[i];
        settle(
          believed && one?.verdict === "ok" ? { shared: { ...result, verdict: "ok", calls: [one] } } : {},
        );
      }
    } catch (error) {
      for (const { fail } of group) fail(error);
    } finally {
      this.next(program, queue);
    }
  }
}
