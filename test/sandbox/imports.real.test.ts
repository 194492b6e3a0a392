import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findInterpreter } from "../../src/sandbox/interpreter.ts";
import { openSandbox } from "../../src/sandbox/open.ts";
import type { SandboxPool } from "../../src/sandbox/pool.ts";

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

const INSIDE = join(import.meta.dir, "../../src/sandbox/inside");

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
  ["__import__('os', fromlist=['path'])", "os"],
  ["__import__(name='os', fromlist=('x',))", "os"],
  ["__import__('concurrent', fromlist=['futures'])", "concurrent.futures"],
  ["__import__('concurrent', None, None, ['futures'])", "concurrent.futures"],
  ["__import__(fromlist=['x'], name='os')", "os"],
  ["(f:=__import__)('os')", "os"],
  ["f: object = __import__\nf('os')", "os"],
  ["a, f = 1, __import__\nf('os')", "os"],
  ["f = g = __import__\ng('os')", "os"],
  ["f = g\ng = __import__\nf('os')", "os"],
  ["[a, *f] = 1, __import__\nf[0]('os')", "os"],
  ["*f, a = __import__, 2\nf[0]('os')", "os"],
  ["__import__(*['os'])", "os"],
  ["__import__(*('os',))", "os"],
  ["__import__(**{'name': 'os'})", "os"],
  ["x = ['os']\n__import__(*x)", "os"],
  ["import runpy\nrunpy.run_module('os')", "os"],
  ["from runpy import run_module as r\nr(mod_name='os')", "os"],
  ["import importlib.util\nimportlib.util.find_spec('os')", "os"],
  ["from importlib import util as u\nu.find_spec('os')", "os"],
  ["from importlib.util import find_spec\nfind_spec(name='os')", "os"],
  ["__builtins__['__import__']('os')", "os"],
  ["__builtins__.__import__('os')", "os"],
  ["__builtins__.__dict__['__import__']('os')", "os"],
  ["import builtins\ngetattr(builtins, '__import__')('os')", "os"],
  ["getattr(__builtins__, '__imp' + 'ort__')('os')", "os"],
  ["import builtins as b\nvars(b)['__import__']('os')", "os"],
  ["globals()['__builtins__'].__import__('os')", "os"],
  ["globals()['__builtins__']['__import__']('os')", "os"],
  ["f = getattr(__builtins__, '__import__')\nf('os')", "os"],
  ["import importlib\ngetattr(importlib, 'import_module')('os')", "os"],
  ["import importlib\nimportlib.__dict__['import_module']('os')", "os"],
  ["[__import__][0]('os')", "os"],
  ["{'f': __import__}['f']('os')", "os"],
  ["(lambda: __import__)()('os')", "os"],
  ["(__import__ if True else None)('os')", "os"],
  ["(None or __import__)('os')", "os"],
  ["list(map(__import__, ['os', 'math']))", "os"],
  ["from functools import partial\npartial(__import__, 'os')()", "os"],
  ["import functools\nfunctools.partial(__import__)('os')", "os"],
  ["for f in [__import__]:\n    f('os')", "os"],
  ["[f('os') for f in (__import__,)]", "os"],
  ["for m in ['math', 'os']:\n    __import__(m)", "os"],
  ["name = 'os'\n__import__(name)", "os"],
  ["def g(f=__import__):\n    return f('os')", "os"],
  ["def g(*, f=__import__):\n    return f('os')", "os"],
  ["g = lambda f=__import__: f('os')", "os"],
  ["import sys\nsys.modules['os']", "os"],
  ["import sys\nsys.modules.get('os')", "os"],
  ["from sys import modules as m\nm['os']", "os"],
  ["import sys\nsys.modules['builtins'].__import__('os')", "os"],
  ["__import__('builtins').exec('import os')", "os"],
  ["__import__('importlib').util.find_spec('os')", "os"],
  ["import pkgutil\npkgutil.resolve_name('os:getcwd')", "os"],
  ["import pydoc\npydoc.locate('os.path')", "os"],
  ["from importlib import *\nimport_module('os')", "os"],
  ["from builtins import *\n__import__('os')", "os"],
  ["code = 'import os'\nexec(code)", "os"],
  ["exec('  import os'.strip())", "os"],
  ['exec("""\n    import os\n    x = 1\n    """)', "os"],
  ["import ast\nexec(compile(ast.parse('import os'), 'x', 'exec'))", "os"],
  ["import textwrap\nexec(textwrap.dedent('   import os'))", "os"],
  ["import timeit\ntimeit.timeit('pass', 'import os')", "os"],
  ["from timeit import timeit\ntimeit(setup='import os')", "os"],
  ["list(map(exec, ['import os']))", "os"],
  ["exec.__call__('import os')", "os"],
  ["getattr(__builtins__, 'exec')('import os')", "os"],
  ["class A:\n    load = __import__\nA.load('os')", "os"],
  ["self = 1\nexec(f\"import {'os'}\")", "os"],
  ["exec(b'import os'.decode())", "os"],
  ["f = exec if 1 else eval\nf('import os')", "os"],
  ["while (f := __import__)('os'): pass", "os"],
  ["import importlib\nimportlib.import_module('.path', package='os')", "os"],
  ["from importlib.machinery import BuiltinImporter as B\nB.find_spec('os')", "os"],
  ["try:\n    pass\nfinally:\n    exec(compile(source='import os', filename='x', mode='exec'))", "os"],
  ["getattr(__import__('importlib'), 'import_module')('os')", "os"],
  ["__import__('%s' % 'os')", "os"],
  ["__import__('%s%s' % ('o', 's'))", "os"],
  ["exec('import {}'.format('os'))", "os"],
  ["exec(' '.join(['import', 'os']))", "os"],
  ["__import__(''.join(('o', 's')))", "os"],
  ["name = 'o'\nname += 's'\n__import__(name)", "os"],
  ["def g(exec): return exec('import os')\ng(exec)", "os"],
  ["def g(exec=exec): return exec('import os')", "os"],
  ["def g(exec): pass\nexec('import os')", "os"],
  ["def f(): import os.path", "os"],
  ["__import__('os').system('ls')", "os"],
])("%s", async (program, module) => {
  const result = await run(`x = 1\n${program}`);
  expect(result.verdict).toBe("forbidden-import");
  expect(result.error).toEqual({ type: "ImportError", message: `import of ${module}` });
  expect(result.flags).toEqual([`import:${module}`]);
});

test("a function that a call hands over counts", async () => {
  expect((await run("def go(exec): return exec('import os')", ["go(exec)"])).flags).toEqual(["import:os"]);
  expect((await run("def go(exec): return exec('import os')", ["go(len)"])).flags).toEqual([]);
});

test("calls are looked through like the program, and nothing runs", async () => {
  const result = await run("print('ran')\ndef f(x): return x", ["f(1)", "f(exec('import os, socket'))"]);
  expect([result.verdict, result.stdout, result.calls]).toEqual(["forbidden-import", "", []]);
  expect(result.flags).toEqual(["import:os", "import:socket"]);
});

test.each([
  "def go(exec): return exec('import os')\ngo(print)",
  "go = lambda compile: compile('import os')",
  "class A:\n    def go(self, *, eval): return [eval(\"__import__('os')\") for _ in '12']",
  "print('%s, %d' % ('import os', 1), '{0}'.format('os'), ', '.join(['os']))",
  "text = 'import '\ntext += str(1)\nprint(text)",
  "os = 1\nx = os",
  "import oslo_like_name_that_is_not_there as o",
  "def exec_(t): return t\nexec_('import os')",
  "x = 'import os'",
  "def f(t): return eval(t)\nx = f('1')",
  "exec('this is not Python: import os')",
  "import concurrent",
  "import re\nx = re.compile('import os')",
  "class C:\n    def eval(self): return 1\nx = C().eval()",
  "os = 1",
  "def compile(t): return t\ncompile('import os')",
  "class A:\n    def exec(self, t): return t\n    def find_spec(self, n): return n\nA().exec('import os')\nA().find_spec('os')",
  "s = 'import os'\ndef f(s): return eval(s)",
  "d = {'os': 1, 'get': 2}\nd['os']\nd.get('os')",
  "import re\nre.compile('import os')",
  "import sys\n'os' in sys.modules",
  "names = ['os', 'math']\nfor n in names: print(n)",
  "getattr(print, 'os', None)",
  "import importlib\nimportlib.import_module('math')",
  "__import__('math', fromlist=['os'])",
  "import concurrent\nconcurrent.something",
  "for c in 'os': eval(c)",
  "def run_module(n): return n\nrun_module('os')",
  "x = eval('1 + 2')\nos = x\nos.path",
  "class Loader:\n    def load_module(self, name): return name\nLoader().load_module('os')",
  "def locate(p): return p\nlocate('os')",
  "text = input()\neval(text)",
  "code = 'os'\ncode += '1'\nprint(eval(code))",
  "globals()['os'] = 3",
  "vars()['os'] = 4",
  "f = lambda x: x\nf('os')",
  "import math\ngetattr(math, 'os', 1)",
  "m = map(str, ['os'])",
  "sys_modules = {}\nsys_modules['os'] = 1",
  "def exec(t): return t\nexec('import os')",
  "eval('\"import os\"')",
  "exec('x = \"import os\"')",
  "print('import os')",
  "def f(source='import os'): return source",
  "import pkgutil\npkgutil.extend_path('os', 'os')",
  "[eval(x) for x in ['1', '2']]",
  "max(map(len, ['os', 'socket']))",
  "sorted(['os'], key=len)",
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

/** A text that doubles with every line, inside a function that is never called, and what is done with it there. */
function doubling(times: number, use: string): string {
  const lines = Array.from({ length: times }, (_, i) => `  b${i + 1} = f"{b${i}}{b${i}}"`);
  return `def g():\n  b0 = "0;"\n${lines.join("\n")}\n${use.replaceAll("TEXT", `b${times}`)}\ndef f(x): return x`;
}

test.each([
  ["is run", doubling(18, "  exec(TEXT)")],
  ["is joined on", doubling(18, Array.from({ length: 99 }, (_, i) => `  k${i} = f"{TEXT}_${i}"`).join("\n"))],
  [
    "is a module's name",
    doubling(18, "  for a in [TEXT, b3]:\n    for c in [TEXT, b3]: __import__(a, fromlist=[c])"),
  ],
  ["is put together of very many", `a = "q"\nb = f"${"{a}".repeat(15_000)}"\ndef f(x): return x`],
  [
    "is long, as are those beside it",
    `${Array.from({ length: 16 }, (_, i) => `a = "${"q".repeat(9_000)}${i}"\n`).join("")}${"b = a\n".repeat(1000)}def f(x): return x`,
  ],
  [
    "is a template",
    `def g():\n  t = "${"%s".repeat(20_000)}"\n${"  u = t % 1\n".repeat(5000)}def f(x): return x`,
  ],
  [
    "is a long path of modules",
    `def g():\n  from ${"m.".repeat(2000)}m import ${"n, ".repeat(30_000)}n\ndef f(x): return x`,
  ],
])("a text that %s costs no more than the program's length", async (_what, program) => {
  const result = await run(program, ["f(1)"]);
  expect(result.verdict).toBe("ok");
  expect(result.peakBytes).toBeLessThan(200 << 20);
});

/** What the inside says of a program when the look for imports ends with an error, without a sandbox or the program. */
function foundWhen(error: string): unknown {
  const files = [
    "names",
    "values",
    "errors",
    "attempts",
    "syntax",
    "folding",
    "meaning",
    "imports",
    "worker",
  ];
  const inside = files.map((name) => readFileSync(join(INSIDE, `${name}.py`), "utf8")).join("\n\n");
  const job = '{"program": "x = 1", "calls": ["x"], "forbidden": ["os"]}';
  const driver = `
def forbidden_imports(trees, forbidden): raise ${error}
send = print
print(prepare(${job})[0])`;
  const python = Bun.spawnSync([findInterpreter().path, "-"], {
    stdin: Buffer.from(inside.replace(/\nmain\(\)\s*$/, driver)),
  });
  const [found, code] = python.stdout.toString().trim().split("\n");
  return [JSON.parse(found ?? "null"), code];
}

test.each([
  ["MemoryError", "memory-limit", "MemoryError"],
  ["RecursionError('no')", "syntax-error", "RecursionError"],
  ["KeyError('x')", "syntax-error", "KeyError"],
])(
  "a look for imports that ends with %s is the program's verdict, and nothing runs",
  (error, verdict, type) => {
    const problem = [verdict, [type, "the program is too large to be looked through for imports"]];
    expect(foundWhen(error)).toEqual([{ program: problem, calls: [null], imports: [] }, "None"]);
  },
);
