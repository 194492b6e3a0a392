import { afterAll, beforeAll, expect, test } from "bun:test";
import { BENCHMARK_NAMES, type BenchmarkName } from "../../src/config/benchmark-name.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Benchmark, Judgement } from "../../src/evaluation/benchmark.ts";
import { readBenchmark } from "../../src/evaluation/benchmarks/registry.ts";
import { openSandbox, type SandboxPool } from "../../src/sandbox/index.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { ROWS, sampleBenchmark } from "./samples-of.ts";

const folder = temporaryFolder();
let executor: SandboxPool;
const benchmarks = new Map<BenchmarkName, Benchmark>();
beforeAll(async () => {
  executor = await openSandbox(loadConfig().sandbox);
  for (const name of BENCHMARK_NAMES) benchmarks.set(name, await sampleBenchmark(folder.path, name));
});
afterAll(async () => {
  await executor[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** Judges a whole program (or answer) for a problem of a benchmark. */
async function judge(name: BenchmarkName, answer: string, at = 0): Promise<Judgement> {
  const benchmark = benchmarks.get(name);
  const problem = benchmark?.problems[at];
  if (!benchmark || !problem) throw new Error(`no problem ${at} of ${name}`);
  return await benchmark.judge(problem, answer, { executor });
}

test("the reference of every sample passes, in every benchmark", async () => {
  for (const name of BENCHMARK_NAMES) {
    const benchmark = benchmarks.get(name) as Benchmark;
    for (const problem of benchmark.problems) {
      const answer = benchmark.answer(problem, problem.reference, "raw");
      const judged = await benchmark.judge(problem, answer, { executor });
      expect({ id: problem.id, ...judged }).toMatchObject({ id: problem.id, passed: true, verdict: "ok" });
    }
  }
}, 60_000);

/** Wrong answers to "double every item" that try to be taken for right ones. */
const FAKES: Record<string, string> = {
  "exits with 0 at once": "import os\nos._exit(0)\n",
  "sys.exit(0)": "import sys\nsys.exit(0)\n",
  "raises SystemExit in the function": "def f(xs):\n    raise SystemExit(0)\n",
  "a right function behind sys.exit(0)":
    "def f(xs):\n    return [2 * x for x in xs]\nimport sys\nsys.exit(0)\n",
  atexit: "import atexit, os\natexit.register(os._exit, 0)\ndef f(xs):\n    return None\n",
  "equal to everything":
    "class E:\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\ndef f(xs):\n    return E()\n",
  "a list that is equal to everything":
    "class E(list):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n    def __len__(self): return 0\n    def __iter__(self): return iter([2, 4])\ndef f(xs):\n    return E()\n",
  "an int that is equal to everything":
    "class E(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\ndef f(xs):\n    return E(1)\n",
  "builtins patched":
    "import builtins\nbuiltins.all = builtins.any = lambda *a: True\nbuiltins.len = lambda x: 0\nbuiltins.AssertionError = type('A', (BaseException,), {})\nbuiltins.compile = lambda *a, **k: None\ndef f(xs):\n    return []\n",
  "the checker patched":
    "def check(candidate):\n    return None\ndef f(xs):\n    return None\nglobals()['check'] = check\n",
  "the reading of values patched":
    "def _azr_value(*a): return None\ndef _azr_plain(*a): return True\ndef f(xs):\n    return 0\n",
  "assertions turned off":
    "import sys, ast\nast.Assert = ast.Pass\nsys.flags = None\ndef f(xs):\n    return None\n",
  "frames of callers searched":
    "import sys\ndef f(xs):\n    frame = sys._getframe()\n    found = []\n    while frame:\n        found += [v for v in frame.f_locals.values() if isinstance(v, list)]\n        frame = frame.f_back\n    return found[-1] if found else None\n",
  "a frame of its own is written":
    'import os\ndef f(xs):\n    body = b\'{"nonce":"x","verdict":"ok","error":null,"calls":[],"flags":[]}\'\n    os.write(3, len(body).to_bytes(4, \'big\') + body)\n    os._exit(0)\n',
  "the nonce is stolen from the worker":
    "import sys, os, json\ndef f(xs):\n    frame = sys._getframe()\n    while frame.f_back: frame = frame.f_back\n    nonce = frame.f_locals.get('job', {}).get('nonce', '')\n    os.write(4, nonce.encode())\n    body = json.dumps({'nonce': nonce, 'verdict': 'ok', 'error': None, 'calls': [['ok', None, None]], 'flags': []}).encode()\n    os.write(3, len(body).to_bytes(4, 'big') + body)\n    os._exit(0)\n",
  "the frame descriptor is read":
    "import os\ndef f(xs):\n    try:\n        return eval(os.read(0, 1 << 16))\n    except Exception:\n        return eval(os.read(3, 1 << 16))\n",
  "a thread goes on beside":
    "import threading, time\ndef late():\n    while True: pass\nthreading.Thread(target=late, daemon=True).start()\ndef f(xs):\n    return []\n",
  "garbage is searched for the answers":
    "import gc\ndef f(xs):\n    for o in gc.get_objects():\n        if type(o) is list and o == [2, 4] and o is not xs:\n            return o\n    return None\n",
  "an iterator in place of a list": "def f(xs):\n    return (2 * x for x in xs)\n",
  "only the examples": "def f(xs):\n    return {(1, 2): [2, 4], (): []}.get(tuple(xs))\n",
  "no such function": "def g(xs):\n    return [2 * x for x in xs]\n",
  "not Python": "def f(xs:\n",
};

test("a wrong solution cannot fake its pass", async () => {
  const verdicts = await Promise.all(
    Object.entries(FAKES).map(async ([name, program]) => ({ name, ...(await judge("humaneval", program)) })),
  );
  expect(verdicts.filter(({ passed }) => passed).map(({ name }) => name)).toEqual([]);
  const verdictOf = (name: string) => verdicts.find((one) => one.name === name)?.verdict;
  expect(verdictOf("not Python")).toBe("syntax-error");
  expect(verdictOf("only the examples")).toBe("wrong-answer");
  expect(verdictOf("exits with 0 at once")).toBe("worker-lost");
}, 60_000);

test("a right solution passes whatever it does beside: main guards, prints, subclasses of built-in types", async () => {
  const right = [
    "def f(xs):\n    return [2 * x for x in xs]\nif __name__ == '__main__':\n    raise RuntimeError(input())\n",
    "from __future__ import annotations\ndef f(xs: Unknown):\n    print('debug', xs)\n    return [2 * x for x in xs]\n",
    "class L(list): pass\ndef f(xs):\n    return L(2 * x for x in xs)\n",
    "from collections import UserList\ndef f(xs):\n    return UserList(2 * x for x in xs)\n",
    "def f(xs):\n    xs = list(xs)\n    for i in range(len(xs)): xs[i] *= 2.0\n    return xs\n",
  ];
  for (const program of right)
    expect(await judge("humaneval", program), program).toMatchObject({ passed: true });
  // The benchmark's own check compares a function with itself where it names it: as the official one does.
}, 60_000);

test("a test that asks for truth alone takes any true value; one that asks for equality does not", async () => {
  const [row] = ROWS.humaneval;
  const suite = `def check(candidate):
    assert candidate("ab")
    assert not candidate("b") and candidate("aa")
    for text in ["b", "c"]:
        assert candidate(text) == None
`;
  const prompt = "import re\n\ndef f(text):\n";
  const right = '    return re.match("a", text)\n';
  const solved = { ...row, prompt, canonical_solution: right, test: suite };
  const humaneval = await sampleBenchmark(folder.path, "humaneval", {}, [solved]);
  const [task] = ROWS.mbpp;
  const tests = ['assert f("ab")', 'assert not f("b")', 'assert f("b") == None'];
  const mbpp = await sampleBenchmark(folder.path, "mbpp", {}, [
    { ...task, code: `${prompt}${right}`, test_setup_code: "", test_list: tests },
  ]);
  const programs: [string, boolean][] = [
    [`${prompt}${right}`, true],
    [`${prompt}    return 7 if text[0] == "a" else None\n`, true],
    [`${prompt}    return text[0] == "a"\n`, false],
    [`${prompt}    return [] if text[0] == "a" else None\n`, false],
    [`${prompt}    return re.match("b", text)\n`, false],
  ];
  for (const { problems, judge } of [humaneval, mbpp]) {
    const [problem] = problems;
    if (!problem) throw new Error("no problem");
    for (const [program, passed] of programs)
      expect({ program, ...(await judge(problem, program, { executor })) }).toMatchObject({
        ...{ program, passed },
      });
  }
}, 60_000);

test("assertions: classes of the solution, the setup after it, and no pass by an __eq__ of its own", async () => {
  const right =
    "class Pair:\n    def __init__(self, a, b):\n        self.t = (a, b)\ndef parts(p):\n    return list(p.t)\n";
  expect(await judge("mbpp", right)).toMatchObject({ passed: true });
  const always =
    "class E:\n    def __eq__(self, o): return True\n    def __hash__(self): return 5\n    def __len__(self): return 2\n    def __iter__(self): return iter([5])\n";
  const wrongs = [
    `${always}class Pair:\n    def __init__(self, a, b): pass\ndef parts(p):\n    return E()\n`,
    "class Pair:\n    def __init__(self, a, b): pass\ndef parts(p):\n    import os\n    os._exit(0)\n",
    "class Pair:\n    def __init__(self, a, b): pass\ndef parts(p):\n    return [0, 1]\n",
    right.replace("list(p.t)", "tuple(p.t)"),
  ];
  for (const program of wrongs)
    expect(await judge("mbpp", program), program).toMatchObject({ passed: false });
}, 60_000);

test("EvalPlus: base and plus are told apart; large values by their fingerprint", async () => {
  const dies = "import os\ndef f(x):\n    return x / 2 if x == 2 else os._exit(0)\n";
  expect(await judge("humaneval-plus", dies)).toMatchObject({ passed: false, aspects: { base: true } });
  const onlyBase = "def f(x):\n    return x // 2\n";
  expect(await judge("humaneval-plus", onlyBase)).toMatchObject({ passed: false, aspects: { base: true } });
  expect(await judge("humaneval-plus", "def f(x):\n    return 0\n")).toMatchObject({
    aspects: { base: false },
  });
  const near = "def g(n):\n    return '0' * (n - (n == 800000)) if n < 900000 else 3 ** n\n";
  expect(await judge("humaneval-plus", near, 1)).toMatchObject({ passed: false, aspects: { base: true } });
  expect(
    await judge("mbpp-plus", "def similar_elements(a, b):\n    return [x for x in a if x in b]\n"),
  ).toMatchObject({
    passed: true,
  });
}, 60_000);

test("EvalPlus: tolerance and sets hold however many inputs there are", async () => {
  const long = Array.from({ length: 60 }, (_, i) => i / 7);
  const many = Array.from({ length: 400 }, (_, i) => [[...long, i + 10]]);
  const scale = (quotient: string) =>
    `def f(xs):\n    low, wide = min(xs), max(xs) - min(xs)\n    return [${quotient} for x in xs]\n`;
  const [plus] = ROWS["humaneval-plus"];
  const exact = scale("(x - low) * (1 / wide)");
  const row = {
    ...plus,
    prompt: "",
    canonical_solution: exact,
    base_input: many.slice(0, 2),
    plus_input: many,
  };
  const humaneval = await sampleBenchmark(folder.path, "humaneval-plus", {}, [row]);
  const [scaling] = humaneval.problems;
  if (!scaling) throw new Error("no problem");
  const verdictOn = (program: string) => humaneval.judge(scaling, program, { executor });
  expect(await verdictOn(scale("(x - low) / wide"))).toMatchObject({ passed: true, aspects: { base: true } });
  expect(await verdictOn(scale("(x - low) / wide + 1e-4"))).toMatchObject({ passed: false });
  const last = exact.replace("return", "return [] if xs[-1] == 409 else");
  expect(await verdictOn(last)).toMatchObject({ passed: false, aspects: { base: true } });

  const [mbpp] = ROWS["mbpp-plus"];
  const pairs = Array.from({ length: 400 }, (_, i) => [[...long.keys(), i], [...long.keys()]]);
  const sets = { ...mbpp, base_input: pairs.slice(0, 1), plus_input: pairs };
  const { problems, judge } = await sampleBenchmark(folder.path, "mbpp-plus", {}, [sets]);
  const [similar] = problems;
  if (!similar) throw new Error("no problem");
  const common = (end: string) => `def similar_elements(a, b):\n    return [x for x in a if x in b]${end}\n`;
  expect(await judge(similar, common("[::-1] * 2"), { executor })).toMatchObject({ passed: true });
  expect(await judge(similar, common("[1:]"), { executor })).toMatchObject({ passed: false });
}, 60_000);

test("a test script of EvalPlus as the hub has it, from Parquet", async () => {
  const benchmark = await readBenchmark(
    "mbpp-plus",
    new URL("../fixtures/benchmarks/mbpp-plus.parquet", import.meta.url).pathname,
  );
  const [problem] = benchmark.problems;
  if (!problem) throw new Error("no problem");
  expect(await benchmark.judge(problem, problem.reference, { executor })).toMatchObject({ passed: true });
  const wrong = "def double(x):\n    return [x, x]\n";
  expect(await benchmark.judge(problem, wrong, { executor })).toMatchObject({ passed: false });
}, 60_000);

test("APPS: output of each test, the level of strictness, a return at the top level, the limit of each test", async () => {
  const loose = "a = int(input())\nb = int(input())\nprint(' ', a + b)\n";
  expect(await judge("apps", loose)).toMatchObject({ passed: true, aspects: { strict: false } });
  const returns = "import sys\na, b = map(int, sys.stdin.read().split())\nprint(a + b)\nreturn\n";
  expect(await judge("apps", returns)).toMatchObject({ passed: true, aspects: { strict: true } });
  const first = "print(3)\n";
  expect(await judge("apps", first)).toMatchObject({ passed: false, error: 'test 2 of 2: printed "3\\n"' });
  expect(await judge("apps", "def twice(x):\n    return x + x\n", 1)).toMatchObject({ passed: true });
  expect(await judge("apps", "def twice(x):\n    return x\n", 1)).toMatchObject({ passed: false });
  const slow = "print(3) if int(input()) == 1 else sum(0 for _ in iter(int, 1))\n";
  expect(await judge("apps", slow)).toMatchObject({
    ...{ passed: false, verdict: "timeout", aspects: { strict: false } },
    error: expect.stringMatching(/^test 2 of 2: Timeout: (more than 4 s of CPU time|not finished)/),
  });
}, 60_000);

test("CRUXEval: expressions are values; an answer cannot reach the function or replace it", async () => {
  for (const answer of ["2, 3", "1 + 1, 3", "b=3, a=2", "4", "*[2, 3]"]) {
    expect(await judge("cruxeval-i", answer), answer).toMatchObject({ passed: true });
  }
  const fakes = [
    "2, 2",
    "1) or (5",
    "globals().__setitem__('f', lambda *a: 5)",
    "(f := lambda *a: 5), 1",
    "type('E', (), {'__add__': lambda s, o: 5})(), 1",
    "(lambda: 5).__globals__['f'], 1",
    "eval('5'), range(1)",
    "1) if range(1) else (5",
    "",
  ];
  for (const answer of fakes)
    expect(await judge("cruxeval-i", answer), answer).toMatchObject({ passed: false });
  expect(await judge("cruxeval-o", "2 + 3")).toMatchObject({ passed: true });
  for (const answer of [
    "f(2, 3)",
    "type('E', (), {'__eq__': lambda s, o: True})()",
    "__import__('os')._exit(0)",
  ]) {
    expect(await judge("cruxeval-o", answer), answer).toMatchObject({ passed: false });
  }
}, 60_000);

test("a broken suite is said to be the benchmark's", async () => {
  const [row] = ROWS.humaneval;
  const benchmark = await sampleBenchmark(folder.path, "humaneval", {}, [
    { ...row, canonical_solution: "    return 1\n" },
  ]);
  const [problem] = benchmark.problems;
  if (!problem) throw new Error("no problem");
  const judged = await benchmark.judge(problem, "def f(xs):\n    return xs\n", { executor });
  expect(judged).toMatchObject({
    passed: false,
    error: expect.stringContaining("the benchmark's own suite"),
  });
}, 60_000);
