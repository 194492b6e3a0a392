import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox } from "../../src/sandbox/open.ts";
import type { SandboxPool } from "../../src/sandbox/pool.ts";

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

let pool: SandboxPool;
beforeAll(async () => {
  pool = await openSandbox({ backend: "auto", workers: 4, timeout_ms: 20_000, memory_mb: 256 });
});
afterAll(() => pool[Symbol.asyncDispose]());

const forbiddenModules = ["os", "socket", "concurrent.futures"];
const run = (program: string, calls: string[] = []) => pool.run({ program, calls, forbiddenModules });

test.each([
  ["import os", "os"],
  ["import math, os.path as p", "os"],
  ["from os import path", "os"],
  ["from os.path import *", "os"],
  ["from concurrent import futures as f", "concurrent.futures"],
  ["import concurrent.futures.thread", "concurrent.futures"],
  ["def f():\n    class A:\n        def g(self):\n            import os", "os"],
  ["__import__('os')", "os"],
  ["__import__('o' + 's')", "os"],
  ["__import__(name='os')", "os"],
  ["__import__(f'{\"os\"}.path')", "os"],
  ["import builtins\nbuiltins.__import__('os')", "os"],
  ["import importlib\nimportlib.import_module('os')", "os"],
  ["import importlib\nimportlib.import_module(name='os')", "os"],
  ["import importlib\nimportlib.import_module('.path', 'os')", "os"],
  ["import importlib as il\nil.__import__('os')", "os"],
  ["from importlib import import_module as load\nload('os')", "os"],
  ["load = __import__\nload('os')", "os"],
  ["(load := __import__)('os')\nload('os')", "os"],
  ["exec('import socket')", "socket"],
  ["exec(b'import socket')", "socket"],
  ["exec('''\nimport math\nfrom socket import socket\n''')", "socket"],
  ["exec('imp' + 'ort socket')", "socket"],
  ["eval('__import__(\"socket\")')", "socket"],
  ["exec(compile('import socket', 'x', 'exec'))", "socket"],
  ["run = exec\nrun('import socket')", "socket"],
  ["exec('exec(\"import socket\")')", "socket"],
  ["import builtins as b\nb.exec('import socket')", "socket"],
  ["import builtins\nbuiltins.exec('import socket', {})", "socket"],
])("%s", async (program, module) => {
  const result = await run(`x = 1\n${program}`);
  expect(result.verdict).toBe("forbidden-import");
  expect(result.error).toEqual({ type: "ImportError", message: `import of ${module}` });
  expect(result.flags).toEqual([`import:${module}`]);
});

test("calls are looked through like the program, and nothing runs", async () => {
  const result = await run("print('ran')\ndef f(x): return x", ["f(1)", "f(exec('import os, socket'))"]);
  expect([result.verdict, result.stdout, result.calls]).toEqual(["forbidden-import", "", []]);
  expect(result.flags).toEqual(["import:os", "import:socket"]);
});

test.each([
  "os = 1\nx = os",
  "import oslo_like_name_that_is_not_there as o",
  "def exec_(t): return t\nexec_('import os')",
  "x = 'import os'",
  "def f(t): return eval(t)\nx = f('1')",
  "exec('this is not Python: import os')",
  "import concurrent",
  "import re\nx = re.compile('import os')",
  "class C:\n    def eval(self): return 1\nx = C().eval()",
])("%s is no forbidden import", async (program) => {
  const result = await run(program);
  expect(result.verdict).not.toBe("forbidden-import");
  expect(result.flags).toEqual([]);
});

test("text in text is followed to a bound, and long or deep programs cost no more than their length", async () => {
  const nested = (depth: number): string =>
    depth === 0 ? "import os" : `exec(${JSON.stringify(nested(depth - 1))})`;
  expect((await run(nested(6))).flags).toEqual(["import:os"]);
  const wide = `def f():\n${"    exec('1')\n".repeat(5000)}`;
  expect((await run(wide)).verdict).toBe("ok");
  const sum = `x = ${"'a' + ".repeat(900)}'b'\ndef f(): __import__(${"'a' + ".repeat(900)}'b')`;
  expect((await run(sum)).verdict).toBe("ok");
});
