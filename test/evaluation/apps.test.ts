import { expect, test } from "bun:test";
import type { Executor, ProgramJob, ProgramResult } from "../../src/sandbox/executor.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { ROWS, sampleBenchmark } from "./samples-of.ts";

/** Prints the doubled input of each job, but for those that `wrong` takes; every job takes `cpuMs`, and `wallMs`. */
function doubling(cpuMs: number, wrong: (job: number) => boolean = () => false, wallMs = cpuMs) {
  const jobs: ProgramJob[] = [];
  const executor: Executor = {
    run: async (job) => {
      jobs.push(job);
      const stdout = wrong(jobs.length) ? "0" : String(2 * Number(job.stdin));
      return { verdict: "ok", calls: [], stdout, wallMs, cpuMs, peakBytes: 0, flags: [] } as ProgramResult;
    },
    room: async () => ({ [Symbol.dispose]() {} }),
    counts: () => ({ running: 0, queued: 0, idleWorkers: 1, finished: jobs.length, verdicts: {} }),
  };
  return { executor, jobs };
}

async function judged(tests: number, part: ReturnType<typeof doubling>) {
  using folder = temporaryFolder();
  const numbers = Array.from({ length: tests }, (_, i) => i + 1);
  const io = { inputs: numbers.map(String), outputs: numbers.map((n) => String(2 * n)) };
  const row = { ...ROWS.apps[0], input_output: JSON.stringify(io) };
  const { problems, judge } = await sampleBenchmark(folder.path, "apps", {}, [row]);
  const [problem] = problems;
  if (!problem) throw new Error("no problem");
  return await judge(problem, "print(2 * int(input()))", part);
}

test("a solution is tried on one test after the other, each in 4 s of CPU time, up to the first that fails", async () => {
  const right = doubling(100);
  expect(await judged(9, right)).toEqual({
    passed: true,
    verdict: "ok",
    error: "",
    aspects: { strict: true },
  });
  expect(right.jobs).toHaveLength(9);
  expect(right.jobs.map(({ cpuMs, stdin }) => [cpuMs, stdin])).toContainEqual([4000, "9"]);
  const wrong = doubling(100, (job) => job === 3);
  expect(await judged(9, wrong)).toMatchObject({ passed: false, error: 'test 3 of 9: printed "0"' });
  expect(wrong.jobs).toHaveLength(3);
});

test("all tests of a solution together take no more than two minutes of CPU time", async () => {
  const slow = doubling(3_900);
  expect(await judged(100, slow)).toEqual({
    ...{ passed: false, verdict: "timeout", aspects: { strict: false } },
    error: "test 31 of 100: 120 s of CPU time are used up",
  });
  expect(slow.jobs).toHaveLength(31);
  expect(await judged(31, doubling(3_900))).toMatchObject({ passed: true });
});

test("a solution that sleeps in each test is ended after a minute of it; one that is given CPU time slowly is not", async () => {
  const asleep = doubling(10, undefined, 20_000);
  expect(await judged(300, asleep)).toEqual({
    ...{ passed: false, verdict: "timeout", aspects: { strict: false } },
    error: "test 4 of 300: it waited for more than 60 s",
  });
  expect(asleep.jobs).toHaveLength(4);
  expect(await judged(30, doubling(3_900, undefined, 23_000))).toMatchObject({ passed: true });
});
