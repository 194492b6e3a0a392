import { expect, test } from "bun:test";
import type { Executor, ProgramResult } from "../../src/sandbox/executor.ts";
import { analysePrograms } from "../../src/sandbox/program-analysis.ts";

const hash = (n: number) => n.toString(16).padStart(32, "0");
const facts = (n: number) => ({
  fingerprint: hash(n),
  skeleton: hash(n),
  cyclomatic: n,
  halstead: { volume: 0, difficulty: 0, effort: 0 },
  distances: [],
});

/** Answers for programs that are numbers; `bomb` takes its job down, `wrong` brings an answer that is none. */
function executor(): Executor & { batches: string[][] } {
  const batches: string[][] = [];
  return {
    batches,
    async run({ stdin = "[]", calls }) {
      expect(calls).toEqual(["answer()"]);
      const programs = (JSON.parse(stdin) as [string, string[]][]).map(([program]) => program);
      batches.push(programs);
      const rest = { stdout: "", wallMs: 1, cpuMs: 1, peakBytes: 0, flags: [] };
      if (programs.includes("bomb")) {
        return { verdict: "timeout", calls: [], error: { type: "Timeout", message: "late" }, ...rest };
      }
      const answer = programs.map((program) =>
        program === "no" ? { error: "SyntaxError" } : facts(Number(program)),
      );
      const value = programs.includes("wrong") ? '[{"fingerprint": 1}]' : JSON.stringify(answer);
      const call = { verdict: "ok" as const, value: { type: "str" as const, value } };
      return { verdict: "ok", calls: [call], ...rest } satisfies ProgramResult;
    },
    room: async () => ({ [Symbol.dispose]() {} }),
    counts: () => ({ running: 0, queued: 0, idleWorkers: 1, finished: 0, verdicts: {} }),
  };
}

const requests = (...programs: string[]) => programs.map((program) => ({ program }));

test("a program that brings its job down loses only itself", async () => {
  const pool = executor();
  const seen = await analysePrograms(pool, requests("1", "2", "bomb", "4", "no", "wrong", "7"));
  expect(seen.map((each) => (each.ok ? each.facts.cyclomatic : `${each.verdict}: ${each.detail}`))).toEqual([
    1,
    2,
    "timeout: late",
    4,
    "syntax-error: SyntaxError",
    "sandbox-violation: no answer of the analysis",
    7,
  ]);
  expect(pool.batches[0]?.length).toBe(7);
});

test("jobs take 64 programs, and fewer long ones", async () => {
  const pool = executor();
  await analysePrograms(pool, requests(...Array.from({ length: 130 }, (_, i) => String(i))));
  expect(pool.batches.map((batch) => batch.length)).toEqual([64, 64, 2]);
  const long = executor();
  await analysePrograms(long, requests(...Array.from({ length: 5 }, (_, i) => String(i).padEnd(150_000))));
  expect(long.batches.map((batch) => batch.length)).toEqual([2, 2, 1]);
  expect(await analysePrograms(pool, [])).toEqual([]);
});
