import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { availableParallelism } from "node:os";
import type { ProgramJob } from "../../src/sandbox/executor.ts";
import { BACKENDS, openSandbox, prepare } from "../../src/sandbox/open.ts";
import { policyFrom } from "../../src/sandbox/policy.ts";
import { SandboxPool } from "../../src/sandbox/pool.ts";

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

/** Programs that try to be given another verdict, error or flag than what they did deserves. */
describe.each(["firejail", "bwrap"] as const)("%s", (backend) => {
  let pool: SandboxPool;
  beforeAll(async () => {
    pool = await openSandbox({ backend, workers: 3, timeout_ms: 20_000, memory_mb: 256 });
  });
  afterAll(() => pool[Symbol.asyncDispose]());

  const run = (program: string, more: Partial<ProgramJob> = {}) => pool.run({ program, calls: [], ...more });

  test.each([137, 152, 159])("exit code %d says nothing about limits or violations", async (code) => {
    const policy = { cpuSeconds: 1 };
    const config = { backend, workers: 1, timeout_ms: 20_000, memory_mb: 256 };
    await using strict = await openSandbox(config, { policy });
    const result = await strict.run({
      program: `import os, time\ntime.sleep(1.2)\nos._exit(${code})`,
      calls: [],
      timeoutMs: 20_000,
    });
    expect(result.verdict).toBe("worker-lost");
    expect(result.flags).toEqual([]);
  });

  test("a MemoryError that the program raises itself is an exception like others", async () => {
    expect((await run("raise MemoryError")).verdict).toBe("exception");
    expect((await run("raise MemoryError('no')")).verdict).toBe("exception");
    expect((await run("x = [0] * (1 << 40)")).verdict).toBe("memory-limit");
    expect((await run("def f(n): return [0] * n", { calls: ["f(1 << 40)"] })).verdict).toBe("memory-limit");
  });

  /** Sends a result frame of the program's own making, with the job's nonce. */
  const forge = (fields: string) => `
import os, sys
frame, nonce = sys._getframe(), None
while frame:
    nonce = nonce or frame.f_locals.get("nonce") or frame.f_locals.get("job", {}).get("nonce")
    frame = frame.f_back
body = ('{"nonce":"%s",${fields}}' % nonce).encode()
os.write(4, nonce.encode())
os.write(3, len(body).to_bytes(4, "big") + body)
os._exit(0)`;

  test.each([
    ['"verdict":"forbidden-import","error":["ImportError","import of os"],"calls":[],"flags":["import:os"]'],
    ['"verdict":"forbidden-import","error":["ImportError","import of os"],"calls":[]'],
    ['"verdict":"syntax-error","error":["SyntaxError","no"],"calls":[]'],
    ['"verdict":"ok","error":null,"calls":[],"flags":["import:os"]'],
  ])("what is decided before the program runs cannot be forged: %s", async (fields) => {
    const result = await run(forge(fields));
    expect(result.verdict).toBe("sandbox-violation");
    expect(result.flags.filter((flag) => flag.startsWith("import:"))).toEqual([]);
  });

  test("what a program tried is known although it then crashes, hangs, or wipes the worker's notes", async () => {
    const tried = "import os\ntry: os.kill(-1, 0)\nexcept OSError: pass\n";
    expect((await run(`${tried}os._exit(0)`)).flags).toEqual(["signal"]);
    expect((await run(`${tried}while True: pass`, { timeoutMs: 1500 })).flags).toEqual(["signal"]);
    const wiped = `${tried}
import sys
frame = sys._getframe()
while frame:
    for value in list(frame.f_locals.values()):
        if isinstance(value, set): value.clear()
    frame = frame.f_back`;
    expect((await run(wiped)).flags).toEqual(["signal"]);
  });

  test("a job's own limit on CPU time ends a busy loop, and a program that naps is left alone", async () => {
    const busy = await run("while True: pass", { cpuMs: 300 });
    expect([busy.verdict, busy.error?.message]).toEqual(["cpu-limit", "more than 0.3 s of CPU time"]);
    expect(busy.cpuMs).toBeGreaterThanOrEqual(300);
    const late = await run("def f():\n    while True: pass", { cpuMs: 300, calls: ["f()"] });
    expect(late.verdict).toBe("cpu-limit");
    expect((await run("import time\ntime.sleep(0.1)", { cpuMs: 300 })).verdict).toBe("ok");
  });

  test("with a limit on CPU time, a program that sleeps is ended after as long", async () => {
    for (const sleep of [
      "time.sleep(60)",
      "while True: time.sleep(0.001)",
      "import select; select.select([], [], [])",
    ]) {
      const asleep = await run(`import os, time\n${sleep}`, { cpuMs: 400 });
      expect([asleep.verdict, asleep.error?.message]).toEqual(["timeout", "slept or waited for 400 ms"]);
    }
  }, 60_000);

  test("a program that gets a tenth of a processor is held neither to the clock nor to its sleep", async () => {
    // What this process starts from here on shares one processor with nine busy loops of other sessions.
    const pin = (processors: string) =>
      Bun.spawnSync(["taskset", "-a", "-p", "-c", processors, `${process.pid}`]);
    expect(pin("0").exitCode).toBe(0);
    const config = { backend, workers: 1, timeout_ms: 1_000, memory_mb: 256 };
    await using crowded = await openSandbox(config);
    await crowded.warm();
    const loops = Array.from({ length: 9 }, () =>
      Bun.spawn(["sh", "-c", "while :; do :; done"], { detached: true }),
    );
    try {
      const busy = "import time\nwhile time.process_time() < 0.8: pass";
      const result = await crowded.run({ program: busy, calls: [] });
      expect(result.verdict).toBe("ok");
      // Beyond the clock's limit: without the loops this would show nothing.
      expect(result.wallMs).toBeGreaterThan(6_000);
    } finally {
      for (const loop of loops) loop.kill("SIGKILL");
      pin(`0-${availableParallelism() - 1}`);
    }
  }, 120_000);

  test.each([
    [
      "a SyntaxError subclass whose line raises",
      "class E(SyntaxError):\n    __module__ = 'builtins'\n    lineno = property(lambda self: 1 / 0)\nraise E('x')",
    ],
    [
      "a class property that raises",
      "class E(Exception):\n    __class__ = property(lambda self: 1 / 0)\nraise E('x')",
    ],
    [
      "a module that compares by raising",
      "class M:\n    def __eq__(self, other): raise OSError\nclass E(SyntaxError):\n    __module__ = M()\nraise E('x')",
    ],
    [
      "a name of a string class",
      "class S(str):\n    def __getitem__(self, i): raise OSError\n    def encode(self, *a): raise OSError\nclass E(Exception): pass\nE.__name__ = S('E')\nraise E('x')",
    ],
    [
      "an exception group's lookalike",
      "class E(BaseException):\n    def __init_subclass__(cls): raise OSError\n    def __getattribute__(self, name): raise OSError\n    def __str__(self): raise OSError\nraise E('x')",
    ],
    [
      "an exception when no builtins are left",
      "import builtins\nclass E(Exception): pass\nerror = E('x')\nvars(builtins).clear()\nraise error",
    ],
    [
      "an OSError with a hostile number",
      "class I(int):\n    def __repr__(self): raise OSError\nraise OSError(I(3), 'x')",
    ],
  ])("%s ends as an exception", async (_what, program) => {
    const result = await run(program);
    expect(result.verdict).toBe("exception");
    expect(result.error?.type).toMatch(/^(E|ProcessLookupError)$/);
    const call = await run(program.replace(/^raise (.*)$/m, "def f(): raise $1"), { calls: ["f()"] });
    expect(call.verdict).toBe("exception");
  });

  test("what a program returns honestly is never taken for a forged frame, however much it is", async () => {
    const program = `
class E(Exception): pass
def fail(): raise E('\\U0001f600' * 1000)
def floats(n): return [i / 7 for i in range(n)]
def complexes(n): return [complex(i / 7, i / 9) for i in range(n)]`;
    const many = await run(program, { calls: ["floats(20_000)", "complexes(5_000)"] });
    expect(many.calls.map((call) => call.verdict)).toEqual(["ok", "ok"]);
    for (const call of ["floats(80_000)", "complexes(80_000)", "floats(1_000_000)"]) {
      expect((await run(program, { calls: [call] })).verdict).toBe("unserialisable");
    }
    const failures = await run(program, { calls: Array(2000).fill("fail()") });
    expect(failures.verdict).toBe("exception");
    expect(failures.calls.length).toBe(2000);
    expect(failures.calls.at(-1)).toEqual({ verdict: "exception", error: { type: "E", message: "" } });
  });

  test.each([
    ["1 << 65536", "the integer has 65537 bits: at most 65536"],
    ["nested(101)", "the value is nested too deeply: at most 100 levels"],
    ["'x' * (1 << 20)", "the values are too large to be returned: at most 1048576 bytes"],
    ["b'x' * (1 << 19)", "the values are too large to be returned: at most 1048576 bytes"],
    ["[0.1] * 100_000", "the values are too large to be returned: at most 1048576 bytes"],
    ["print", "a value of type builtin_function_or_method cannot be returned"],
  ])("%s says which limit it passed", async (call, message) => {
    const program = "def nested(n): return [nested(n - 1)] if n else []";
    const result = await run(program, { calls: [call, "1"] });
    expect(result.calls[0]).toEqual({
      verdict: "unserialisable",
      error: { type: "Unserialisable", message },
    });
    expect(result.calls[1]?.verdict).toBe("ok");
  });

  test("values just within the limits come back", async () => {
    const program = "def nested(n): return [nested(n - 1)] if n else []";
    const calls = ["(1 << 65536) - 1", "nested(100)", "'x' * 900_000"];
    expect((await run(program, { calls })).verdict).toBe("ok");
  });

  test("names and messages of exceptions hold no control characters and are bounded", async () => {
    const result = await run(
      "raise type('a\\nb\\x1b[2J\\u202e\\u2028' + 'x' * 5000, (Exception,), {})('m\\x1b]0;t\\x07\\rn')",
    );
    expect(result.error?.type.slice(0, 31)).toBe("a\\nb\\x1b[2J\\u202e\\u2028xxxxxxxx");
    expect(result.error?.type.length).toBeLessThanOrEqual(200);
    expect(result.error?.message).toBe("m\\x1b]0;t\\x07\\rn");
  });

  test("a syntax error in a call is known before the program runs", async () => {
    const result = await run("def f(x): return x", { calls: ["f(1)", "f(", "f(2)"] });
    expect(result.verdict).toBe("syntax-error");
    expect(result.calls.map((call) => call.verdict)).toEqual(["ok", "syntax-error", "ok"]);
  });

  test("a worker that cannot set its limits does not run the program", async () => {
    const config = { backend, workers: 1, timeout_ms: 2000, memory_mb: 256 };
    const prepared = await prepare(BACKENDS[backend], { ...policyFrom(config) });
    if ("failure" in prepared) throw new Error(prepared.failure);
    prepared.setup.policy.memoryBytes = -5;
    await using broken = new SandboxPool(prepared.setup, prepared.first, prepared.release);
    await expect(broken.run({ program: "print(1)", calls: [] })).rejects.toThrow("could not set its limits");
  });

  test("determinism covers the output where the job says so", async () => {
    const program = "print(hash('a'))";
    expect((await run(program, { checkDeterminism: true })).verdict).toBe("ok");
    const result = await run(program, { checkDeterminism: true, compareOutput: true });
    expect(result.verdict).toBe("non-deterministic");
    expect(result.error?.message).toContain("output");
    const same = await run("print(1)", { checkDeterminism: true, compareOutput: true });
    expect([same.verdict, same.stdout]).toEqual(["ok", "1\n"]);
  });
});

test("where the kernel sets no limit on memory, the host watches it", async () => {
  const config = { backend: "unsafe-local", workers: 1, timeout_ms: 20_000, memory_mb: 128 } as const;
  await using pool = await openSandbox(config, { allowUnsafe: true, policy: { watchMemory: true } });
  const result = await pool.run({
    program: "import time\nx = bytearray(b'x') * (200 << 20)\ntime.sleep(10)",
    calls: [],
  });
  expect([result.verdict, result.error?.type]).toEqual(["memory-limit", "MemoryLimit"]);
  expect((await pool.run({ program: "x = 1", calls: ["x"] })).verdict).toBe("ok");
});
