import { expect, test } from "bun:test";
import type { CallResult, Executor, ProgramJob, ProgramResult } from "../../src/sandbox/executor.ts";
import type { PythonValue } from "../../src/sandbox/literals.ts";
import { GatheredRuns } from "../../src/selfplay/gathered-runs.ts";

const number = (value: number): PythonValue => ({ type: "int", value: BigInt(value) });
const PLAIN = "def f(a):\n    return a";

/** A process for each job: `behave` gives the outcome of a call by its argument and the calls before it in the process. */
function processes(
  behave: (argument: number, before: number) => CallResult | "never ends",
  flags: string[] = [],
) {
  const jobs: ProgramJob[] = [];
  const executor: Executor = {
    async run(job, signal) {
      signal?.throwIfAborted();
      jobs.push(job);
      await Bun.sleep(1);
      const outcomes = job.calls.map((call, before) => behave(Number(/\d+/.exec(call)?.[0]), before));
      const calls = outcomes.filter((one) => one !== "never ends");
      const rest = { stdout: "", wallMs: 1, cpuMs: 1, peakBytes: 0, flags };
      if (calls.length < outcomes.length) return { verdict: "timeout", calls: [], ...rest };
      return { verdict: calls.find(({ verdict }) => verdict !== "ok")?.verdict ?? "ok", calls, ...rest };
    },
    room: async () => ({ [Symbol.dispose]() {} }),
    counts: () => ({ running: 0, queued: 0, idleWorkers: 1, finished: 0, verdicts: {} }),
  };
  return { executor, jobs };
}

const value = (of: number): CallResult => ({ verdict: "ok", value: number(of) });
const said = ({ verdict, calls }: ProgramResult) => [
  verdict,
  calls.map((call) => [call.verdict, call.value]),
];

/** Results of f(0), f(1), ... asked for at once, and of each in a process of its own; 10 is right. */
async function both(
  behave: Parameters<typeof processes>[0],
  count: number,
  program = PLAIN,
  flags: string[] = [],
) {
  const { executor, jobs } = processes(behave, flags);
  const calls = Array.from({ length: count }, (_, i) => `f(${i})`);
  const own = await Promise.all(calls.map((call) => executor.run({ program, calls: [call] })));
  jobs.length = 0;
  const runs = new GatheredRuns(executor);
  const wrong = (one: PythonValue) => !(one.type === "int" && one.value === 10n);
  const gathered = await Promise.all(calls.map((call) => runs.run(program, call, wrong)));
  expect(gathered.map(said)).toEqual(own.map(said));
  return jobs.map(({ calls: of }) => of.length);
}

test("wrong values come from one process, each right one from a process of its own", async () => {
  expect(await both((argument) => value(argument), 9)).toEqual([1, 8]);
  expect(await both((argument) => value(argument === 4 || argument === 6 ? 10 : argument), 9)).toEqual([
    1, 8, 1, 1,
  ]);
  expect(await both((argument) => value(argument), 1)).toEqual([1]);
  expect(await both((argument) => value(argument), 2)).toEqual([1, 1]);
});

test("a call that comes while the others run goes with the next ones", async () => {
  const { executor, jobs } = processes((argument) => value(argument));
  const runs = new GatheredRuns(executor);
  const ask = (i: number) => runs.run(PLAIN, `f(${i})`, () => true);
  const first = ask(0);
  const second = [ask(1), ask(2)];
  await first;
  const third = [ask(3), ask(4), ask(5)];
  await Promise.all([...second, ...third]);
  expect(jobs.map(({ calls }) => calls)).toEqual([["f(0)"], ["f(1)", "f(2)"], ["f(3)", "f(4)", "f(5)"]]);
});

test("a program that counts its calls makes no wrong value right, and as its text shows it, no right one wrong", async () => {
  // From the third call of a process on it gives what is wanted: text that shows no state lets nothing through all the same.
  expect(await both((argument, before) => value(before < 2 ? argument : 10), 6)).toEqual([1, 5, 1, 1, 1]);
  // From the third call on it gives what is not wanted.
  const counting = "n = 0\ndef f(a):\n    global n\n    n += 1\n    return 10 if n < 3 else a";
  expect(await both((argument, before) => value(before < 2 ? 10 : argument), 6, counting)).toEqual([
    1, 1, 1, 1, 1, 1,
  ]);
});

test("exceptions run again by themselves", async () => {
  const error = { verdict: "exception", error: { type: "MemoryError", message: "" } } as const;
  expect(await both((argument) => (argument === 3 ? error : value(argument)), 6)).toEqual([1, 5, 1]);
});

test("where an input never ends, or a flag is raised, all run by themselves from then on", async () => {
  expect(await both((argument) => (argument === 3 ? "never ends" : value(argument)), 6)).toEqual([
    1, 5, 1, 1, 1, 1, 1,
  ]);
  expect(await both((argument) => value(argument), 4, PLAIN, ["file-read"])).toEqual([1, 3, 1, 1, 1]);
});

test("an end of the step reaches every call that waits", async () => {
  const abort = new AbortController();
  const { executor, jobs } = processes((argument) => {
    abort.abort(new Error("stopped"));
    return value(argument);
  });
  const runs = new GatheredRuns(executor, abort.signal);
  const asked = [0, 1, 2].map((i) => runs.run(PLAIN, `f(${i})`, () => true));
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(jobs.length).toBe(1);
});
