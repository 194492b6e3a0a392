import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { ProgramJob } from "../../src/sandbox/executor.ts";
import { pythonRepr } from "../../src/sandbox/literals.ts";
import { openSandbox } from "../../src/sandbox/open.ts";
import type { SandboxPool } from "../../src/sandbox/pool.ts";

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

/** What every backend must do alike, on the real thing. */
describe.each(["firejail", "bwrap"] as const)("%s", (backend) => {
  let pool: SandboxPool;
  beforeAll(async () => {
    pool = await openSandbox({ backend, workers: 3, timeout_ms: 20_000, memory_mb: 256 });
    await pool.warm();
  });
  afterAll(() => pool[Symbol.asyncDispose]());

  async function run(program: string, calls: string[] = [], more: Partial<ProgramJob> = {}) {
    const result = await pool.run({ program, calls, ...more });
    const values = result.calls.map((call) => (call.value ? pythonRepr(call.value) : call.verdict));
    return { ...result, values };
  }

  test("every line of the proof is ok", () => {
    expect(pool.proof.length).toBe(10);
    expect(pool.proof.filter((line) => !line.ok)).toEqual([]);
  });

  test("a program's calls come back exact in type", async () => {
    const result = await run("def f(x):\n    return [x, (1.5, None), {'a': {True}}, b'\\x00']", [
      "f(2**70)",
      "f(float('-inf'))",
      "f(-0.0)",
    ]);
    expect(result.verdict).toBe("ok");
    expect(result.values).toEqual([
      "[1180591620717411303424, (1.5, None), {'a': {True}}, b'\\x00']",
      "[-inf, (1.5, None), {'a': {True}}, b'\\x00']",
      "[-0.0, (1.5, None), {'a': {True}}, b'\\x00']",
    ]);
    expect(result.peakBytes).toBeGreaterThan(5 << 20);
    expect(result.wallMs).toBeGreaterThan(0);
  });

  test.each([
    ["syntax-error", "def f(:", [], "SyntaxError"],
    ["exception", "1/0", [], "ZeroDivisionError"],
    ["exception", "class E(Exception): pass\ndef f(): raise E('no')", ["f()"], undefined],
    ["exception", "raise SystemExit(3)", [], "SystemExit"],
    ["memory-limit", "x = bytearray(1 << 40)", [], "MemoryError"],
    ["unserialisable", "def f(): return object()", ["f()"], undefined],
    ["output-limit", "while True: print('x' * 1000)", [], "OutputLimit"],
    ["timeout", "while True: pass", [], "Timeout"],
    ["worker-lost", "import os; os._exit(0)", [], "ProcessEnded"],
    ["sandbox-violation", "import os; os.write(3, b'\\0\\0\\0\\2{}')", [], "ForgedFrame"],
  ] as const)("%s: %s", async (verdict, program, calls, type) => {
    const result = await run(
      program,
      [...calls],
      verdict === "timeout" ? { timeoutMs: 500 } : { timeoutMs: 20_000 },
    );
    expect(result.verdict).toBe(verdict);
    expect(result.error?.type).toBe(type as string);
  });

  test.each([
    ["", "while True: pass"],
    [
      " with signals ignored",
      "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass",
    ],
  ])("cpu-limit%s", async (_how, program) => {
    const config = { backend, workers: 1, timeout_ms: 50_000, memory_mb: 256 };
    await using strict = await openSandbox(config, { policy: { cpuSeconds: 1 } });
    const result = await strict.run({ program, calls: [] });
    expect(result.verdict).toBe("cpu-limit");
  });

  test("a job may ask for more CPU time than the policy gives, up to its most, and is told what it used", async () => {
    const config = { backend, workers: 1, timeout_ms: 50_000, memory_mb: 256 };
    await using strict = await openSandbox(config, { policy: { cpuSeconds: 1, mostCpuSeconds: 2 } });
    const busy = (seconds: number) =>
      `import os, time\nwhile time.process_time() < ${seconds}: pass\nos._exit(3)`;
    const long = await strict.run({ program: busy(1.4), calls: [], cpuMs: 60_000 });
    expect(long.verdict).toBe("worker-lost");
    expect(long.cpuMs).toBeGreaterThan(1_000);
    expect((await strict.run({ program: busy(9), calls: [], cpuMs: 60_000 })).verdict).toBe("cpu-limit");
    expect((await strict.run({ program: busy(9), calls: [] })).verdict).toBe("cpu-limit");
  });

  test("standard input and output", async () => {
    const result = await run("print(sum(int(input()) for _ in range(2)), end='')\nexit()", [], {
      stdin: "3\n4\n",
    });
    expect(result.verdict).toBe("ok");
    expect(result.stdout).toBe("7");
  });

  test("forbidden modules in every spelling, and only those", async () => {
    const forbiddenModules = ["os", "concurrent.futures"];
    const spellings = [
      "import os.path as p",
      "from os import path",
      "from concurrent import futures",
      "__import__('os')",
      "import importlib\nimportlib.import_module('concurrent.futures.thread')",
    ];
    for (const program of spellings) {
      expect((await run(program, [], { forbiddenModules })).verdict).toBe("forbidden-import");
    }
    const result = await run("import math\nos = 1", [], {
      forbiddenModules,
    });
    expect(result.verdict).toBe("ok");
    expect((await run("import os", [], { forbiddenModules })).flags).toEqual(["import:os"]);
  });

  test("determinism is judged over two hash seeds", async () => {
    const twice = { checkDeterminism: true };
    expect((await run("def f(): return hash('a')", ["f()"], twice)).verdict).toBe("non-deterministic");
    expect((await run("def f(): return {'a', 'b', 'c'}", ["f()"], twice)).verdict).toBe("ok");
    expect((await run("def f(): return float('nan')", ["f()"], twice)).verdict).toBe("ok");
  });

  test("an aborted job rejects, and the pool goes on", async () => {
    const running = new AbortController();
    const job = pool.run({ program: "while True: pass", calls: [] }, running.signal);
    await Bun.sleep(50);
    running.abort(new Error("enough"));
    await expect(job).rejects.toThrow("enough");
    expect((await run("def f(): return 1", ["f()"])).values).toEqual(["1"]);
  });

  test("a job that is aborted before its program runs is not run again", async () => {
    const jobs = Array.from({ length: 6 }, () => {
      const enough = new AbortController();
      const job = pool.run({ program: "while True: pass", calls: [] }, enough.signal);
      enough.abort(new Error("enough"));
      return job.catch((error: Error) => error.message);
    });
    expect(await Promise.all(jobs)).toEqual(jobs.map(() => "enough"));
    for (let i = 0; i < 3; i++) expect((await run("def f(): return 1", ["f()"])).values).toEqual(["1"]);
    expect(pool.counts()).toMatchObject({ running: 0, queued: 0 });
  });

  test("producers that await room keep the queue short; a queue that is full refuses and goes on", async () => {
    let longest = 0;
    const produce = async (i: number) => {
      using _place = await pool.room();
      const job = run(`def f(): return ${i}`, ["f()"]);
      longest = Math.max(longest, pool.counts().queued);
      return (await job).values[0];
    };
    const values = await Promise.all(Array.from({ length: 60 }, (_, i) => produce(i)));
    expect(values).toEqual(Array.from({ length: 60 }, (_, i) => String(i)));
    expect(longest).toBeLessThanOrEqual(12);

    const config = { backend, workers: 1, timeout_ms: 20_000, memory_mb: 256 };
    await using small = await openSandbox(config, { policy: { waiting: 5 } });
    const jobs = Array.from({ length: 9 }, () =>
      small.run({ program: "x = 1", calls: ["x"] }).then(
        (result) => result.verdict as string,
        (error: Error) => error.message,
      ),
    );
    const answers = await Promise.all(jobs);
    const refused = "5 programs wait for the sandbox already, which is as many as it holds.";
    expect([...new Set(answers)].sort()).toEqual([refused, "ok"]);
    expect(answers.filter((answer) => answer === "ok").length).toBeGreaterThanOrEqual(5);
    expect((await small.run({ program: "x = 1", calls: ["x"] })).verdict).toBe("ok");
  });

  test("more jobs than workers wait their turn", async () => {
    const jobs = Array.from({ length: 12 }, (_, i) => run(`def f(): return ${i}`, ["f()"]));
    expect(pool.counts().running + pool.counts().queued).toBeGreaterThan(3);
    expect((await Promise.all(jobs)).map((result) => result.values[0])).toEqual(
      Array.from({ length: 12 }, (_, i) => String(i)),
    );
  });
});
