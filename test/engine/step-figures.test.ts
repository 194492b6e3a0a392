import { expect, test } from "bun:test";
import { MeteredExecutor } from "../../src/engine/metered-executor.ts";
import { sandboxFigures, withStep } from "../../src/engine/step-figures.ts";
import { uniqueRecent } from "../../src/engine/unique-programs.ts";
import { commitStep, flagTotals, RunDirectory } from "../../src/runs/index.ts";
import { rewind } from "../../src/runs/rewind.ts";
import type { ProgramResult } from "../../src/sandbox/executor.ts";
import { makeCommit, makeConfig, makeRollout, temporaryFolder } from "../runs/fixtures.ts";

test("the exposed share of a step is what neither generation nor the update took", () => {
  expect(withStep({ "generation/seconds": 6, "seconds/update": 3, "seconds/propose": 7 }, 10)).toEqual({
    "generation/seconds": 6,
    "seconds/update": 3,
    "seconds/propose": 7,
    "seconds/step": 10,
    "overlap/exposed": 1 - 9 / 10,
  });
  // Clocks of two threads may differ by a hair.
  expect(withStep({ "seconds/update": 3.001 }, 3)["overlap/exposed"]).toBe(0);
});

test("the share of different programs over the last steps is read from the database, and survives a rewind", () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(`${folder.path}/run`, makeConfig());
  using database = run.openDatabase();
  const proposals = (step: number, ...keys: (string | null)[]) =>
    keys.map((programKey) => makeRollout({ step, role: "propose", programKey }));
  const share = (step: number, steps: number, rollouts = proposals(step, "a", "d", null)) =>
    uniqueRecent(database, { step, steps, rollouts });
  expect(share(1, 10)).toEqual({ "propose/deduction/unique_recent": 1 });
  expect(share(1, 10, [])).toEqual({});
  const flags = { "flags/import:os": 2, "flags/file-read": 1 };
  commitStep(database, makeCommit(1, { rollouts: proposals(1, "a", "b", null), metrics: flags }));
  commitStep(
    database,
    makeCommit(2, { rollouts: proposals(2, "b", "c"), metrics: { "flags/import:os": 1 } }),
  );
  expect(share(3, 1)).toEqual({ "propose/deduction/unique_recent": 1 });
  expect(share(3, 2)).toEqual({ "propose/deduction/unique_recent": 1 });
  // a, b, b, c, a, d: four of six.
  expect(share(3, 3)).toEqual({ "propose/deduction/unique_recent": 4 / 6 });
  expect(flagTotals(database)).toEqual({ "import:os": 3, "file-read": 1 });
  rewind(database, 1);
  expect(share(2, 3, proposals(2, "b", "c"))).toEqual({ "propose/deduction/unique_recent": 3 / 4 });
  expect(flagTotals(database)).toEqual({ "import:os": 2, "file-read": 1 });
});

test("programs, verdicts and flags of the sandbox are counted until they are taken", async () => {
  const result = (verdict: ProgramResult["verdict"], flags: string[]): ProgramResult => ({
    verdict,
    calls: [],
    stdout: "",
    wallMs: 1,
    cpuMs: 1,
    peakBytes: 0,
    flags,
  });
  const results = [result("ok", []), result("forbidden-import", ["import:os"]), result("ok", ["import:os"])];
  await using sandbox = new MeteredExecutor({
    backend: "scripted",
    proof: [],
    describe: async () => ({}),
    run: async () => results.shift() as ProgramResult,
    room: async () => ({ [Symbol.dispose]() {} }),
    counts: () => ({ running: 0, queued: 0, idleWorkers: 0, finished: 0, verdicts: {} }),
    [Symbol.asyncDispose]: async () => undefined,
  });
  expect(sandbox.latency()).toBe(null);
  for (let i = 0; i < 3; i++) await sandbox.run({ program: "", calls: [] });
  expect(sandbox.flags).toEqual({ "import:os": 2 });
  expect(sandbox.latency()?.p95).toBeGreaterThanOrEqual(0);
  const { "sandbox/seconds": seconds, ...figures } = sandboxFigures(sandbox.take());
  expect(seconds).toBeGreaterThanOrEqual(0);
  expect(figures).toEqual({
    "sandbox/programs": 3,
    "sandbox/verdict/ok": 2,
    "sandbox/verdict/forbidden-import": 1,
  });
  expect(sandbox.take()).toEqual({ programs: 0, seconds: 0, verdicts: {} });
  expect(sandbox.flags).toEqual({});
});
