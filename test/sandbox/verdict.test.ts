import { expect, test } from "bun:test";
import { Conversation } from "../../src/sandbox/conversation.ts";
import type { ProgramResult } from "../../src/sandbox/executor.ts";
import { policyFrom } from "../../src/sandbox/policy.ts";
import { compareRuns, resultOf } from "../../src/sandbox/verdict.ts";
import type { WorkerOutcome } from "../../src/sandbox/worker.ts";

const policy = policyFrom({ backend: "auto", workers: 1, timeout_ms: 5000, memory_mb: 256 });

function outcome(ended: WorkerOutcome["ended"], more: Partial<WorkerOutcome> = {}): WorkerOutcome {
  const said = new Conversation({ nonce: "n", calls: 0, forbidden: [] });
  said.take({ program: null, calls: [], imports: [] });
  const measured = {
    stdout: new Uint8Array(),
    timeoutMs: 20_000,
    wallMs: 20_000,
    idleLimitMs: 20_000,
    cpuLimitMs: 10_000,
    cpuMs: 1,
    processCpuMs: 1,
    peakBytes: 1,
  };
  return { ended, said, ...measured, ...more };
}

test.each([0, 1, 128, 137, 139, 152, 159, 255])(
  "exit code %d alone means that the worker is lost",
  (code) => {
    const result = resultOf(policy, outcome({ kind: "exited", code }));
    expect([result.verdict, result.flags]).toEqual(["worker-lost", []]);
    expect(result.error?.message).toContain(`exit code ${code}`);
  },
);

test.each([
  [9_990, "worker-lost"],
  [10_000, "cpu-limit"],
  [11_000, "cpu-limit"],
] as const)("a process that ended after %d ms of CPU time, of 10 s: %s", (processCpuMs, verdict) => {
  expect(resultOf(policy, outcome({ kind: "exited", code: 0 }, { processCpuMs })).verdict).toBe(verdict);
});

test("a limit on CPU time of the job's own is named", () => {
  const { verdict, error } = resultOf(policy, outcome({ kind: "cpu-limit" }, { cpuLimitMs: 4_037 }));
  expect([verdict, error?.message]).toEqual(["cpu-limit", "more than 4 s of CPU time"]);
});

test("a program that slept has timed out, and the limit is named", () => {
  const { verdict, error } = resultOf(policy, outcome({ kind: "idle" }, { idleLimitMs: 3_000 }));
  expect([verdict, error?.message]).toEqual(["timeout", "slept or waited for 3000 ms"]);
});

test("what was tried stays known however the process ended", () => {
  const said = new Conversation({ nonce: "n", calls: 0, forbidden: [] });
  said.take({ program: null, calls: [], imports: [] });
  said.take({ tried: "socket" });
  const flags = (ended: WorkerOutcome["ended"]) => resultOf(policy, outcome(ended, { said })).flags;
  expect(flags({ kind: "timeout" })).toEqual(["socket"]);
  expect(flags({ kind: "exited", code: 0 })).toEqual(["socket"]);
  expect(flags({ kind: "refused", reason: "x" })).toEqual(["socket", "violation"]);
});

test("runs are compared by values, and by output where the job says so", () => {
  const run = (stdout: string): ProgramResult => ({
    verdict: "ok",
    calls: [],
    stdout,
    wallMs: 1,
    cpuMs: 2,
    peakBytes: 3,
    flags: [],
  });
  const job = { program: "", calls: [], checkDeterminism: true };
  expect(compareRuns(job, run("1"), run("2"))).toEqual({ ...run("1"), wallMs: 2, cpuMs: 4 });
  const compared = compareRuns({ ...job, compareOutput: true }, run("1"), run("2"));
  expect(compared.verdict).toBe("non-deterministic");
  expect(compared.error).toEqual({
    type: "NonDeterministic",
    message: "the output was another in a second run",
  });
  expect(compareRuns({ ...job, compareOutput: true }, run("1"), run("1")).verdict).toBe("ok");
});
