import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox } from "../../src/sandbox/open.ts";
import type { SandboxPool } from "../../src/sandbox/pool.ts";
import { analysePrograms, type ProgramFacts } from "../../src/sandbox/program-analysis.ts";

setDefaultTimeout(60_000);

let pool: SandboxPool;
beforeAll(async () => {
  pool = await openSandbox({ backend: "auto", workers: 2, timeout_ms: 20_000, memory_mb: 256 });
});
afterAll(() => pool[Symbol.asyncDispose]());

async function facts(...programs: string[]): Promise<ProgramFacts[]> {
  const analyses = await analysePrograms(
    pool,
    programs.map((program) => ({ program })),
  );
  return analyses.map((analysis, i) => {
    if (!analysis.ok) throw new Error(`${programs[i]}: ${analysis.verdict} ${analysis.detail}`);
    return analysis.facts;
  });
}

/** Programs with the same fingerprint as the first. */
const SAME: [string, string[]][] = [
  [
    "def f(a):\n    return a + 1",
    [
      "def f(b): return (b + 1)",
      'def f(a: int) -> int:\n    """Adds."""\n    # one\n    return a + 0x1',
      "'A program.'\ndef f(x):\n    'text'\n    return x + 1  # here",
    ],
  ],
  [
    "import math as m\ndef g(x, y):\n    return m.sqrt(x * y)\ndef f(a):\n    t = g(a, 2)\n    return [t for i in range(3)]",
    [
      "import math as q\ndef helper(u, v):\n    return q.sqrt(u * v)\ndef f(w):\n    z: float = helper(w, 2)\n    return [z for k in range(3)]",
    ],
  ],
];

/** Pairs that must not be taken for one: they do different things, or could. */
const DIFFERENT: [string, string][] = [
  ["def f(a):\n    return a + 1", "def f(a):\n    return a + 2"],
  ["def f(a):\n    return 1", "def f(a):\n    return True"],
  ["def f(a):\n    return 1", "def f(a):\n    return 1.0"],
  ["def f(a):\n    return 'a'", "def f(a):\n    return b'a'"],
  ["def f(a, b):\n    return a - b", "def f(a, b):\n    return b - a"],
  ["def f(a):\n    return min(a)", "def f(a):\n    return max(a)"],
  ["def f(a):\n    return a.real", "def f(a):\n    return a.imag"],
  // A name that is a keyword of some call is seen from outside.
  ["def f(a):\n    foo = 1\n    return dict(foo=a)", "def f(a):\n    bar = 1\n    return dict(bar=a)"],
  [
    "def g(x=1, y=2):\n    return x - y\ndef f(a):\n    return g(x=a)",
    "def g(y=1, x=2):\n    return y - x\ndef f(a):\n    return g(x=a)",
  ],
  [
    "def g(x=1, y=2):\n    return x - y\ndef f(a):\n    return g(**{'x': a})",
    "def g(y=1, x=2):\n    return y - x\ndef f(a):\n    return g(**{'x': a})",
  ],
  // A builtin is not renamed although another scope binds its name.
  [
    "def g():\n    len = 1\n    return len\ndef f(a):\n    return len(a)",
    "def g():\n    sum = 1\n    return sum\ndef f(a):\n    return sum(a)",
  ],
  [
    "class C:\n    x = 1\ndef f(a):\n    return vars(C)['x']",
    "class C:\n    y = 1\ndef f(a):\n    return vars(C)['x']",
  ],
  ["def f(a):\n    b = a\n    return list(locals())", "def f(a):\n    c = a\n    return list(locals())"],
  ["def f(a):\n    'one'\n    return f.__doc__", "def f(a):\n    'two'\n    return f.__doc__"],
  [
    "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\ndef f(a):\n    return P(a).x",
    "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    y: int = 0\ndef f(a):\n    return P(a).x",
  ],
  ["def f(a):\n    [[a]]\n    return a", "def f(a):\n    [a, []]\n    return a"],
];

test.each(SAME)("one fingerprint: %#", async (first, others) => {
  const [one, ...rest] = await facts(first, ...others);
  for (const other of rest) expect(other.fingerprint).toBe(one?.fingerprint ?? "");
});

test("another fingerprint for what may do another thing", async () => {
  const all = await facts(...DIFFERENT.flat());
  const equal = DIFFERENT.filter((_, i) => all[2 * i]?.fingerprint === all[2 * i + 1]?.fingerprint);
  expect(equal).toEqual([]);
});

test("skeletons: constants are masked by kind, shapes are not", async () => {
  const [one, same, signed, text, shape] = await facts(
    "def f(a):\n    return a + 1",
    "def f(b):\n    return b + 25.5",
    "def f(b):\n    return b + -3",
    "def f(a):\n    return a + 'x'",
    "def f(a):\n    return a - 1",
  );
  expect(same?.skeleton).toBe(one?.skeleton ?? "");
  expect(signed?.skeleton).toBe(one?.skeleton ?? "");
  expect(text?.skeleton).not.toBe(one?.skeleton ?? "");
  expect(shape?.skeleton).not.toBe(one?.skeleton ?? "");
  expect(same?.fingerprint).not.toBe(one?.fingerprint ?? "");
});

test("fingerprints stay what they are: buffers of earlier runs hold them", async () => {
  const [plain, rich] = await facts("def f(a):\n    return a", SAME[1]?.[0] ?? "");
  expect(plain?.fingerprint).toBe("dda09dc5491a2fd283e80b556e6665b0");
  expect(rich?.fingerprint).toBe("48a9ea437308b7bcf2714f2ddc652bd1");
  expect(rich?.skeleton).toBe("91b3f29630f90b97096fb1f922ce651d");
});

const BRANCHES = `
def f(a, b=None):
    total = 0
    for x in a:
        if x > 2 and x < 9 or x == b:
            total += x * 2
        elif not x:
            continue
        else:
            total -= 1 if b else 2
    while total > 100:
        total -= 1
    else:
        assert total >= 0 and a
    try:
        return [y for y in a if y if y > 1][total]
    except (IndexError, TypeError):
        return -1
    except KeyError:
        return 0
`;

test("measures of known programs", async () => {
  const [plain, sum, branches] = await facts(
    "def f(a):\n    return a",
    "def f(a):\n    return a + 1",
    BRANCHES,
  );
  expect(plain).toMatchObject({
    cyclomatic: 1,
    halstead: { volume: 0, difficulty: 0, effort: 0 },
    distances: [],
  });
  // One operator with two operands: 3 log2(3), 1 x 2 / (2 x 2), their product.
  expect(sum?.cyclomatic).toBe(1);
  expect(sum?.halstead.volume).toBeCloseTo(3 * Math.log2(3), 12);
  expect(sum?.halstead.difficulty).toBe(0.5);
  expect(sum?.halstead.effort).toBeCloseTo(1.5 * Math.log2(3), 12);
  // for, if, and, or, elif, conditional, while, its else, assert, comprehension, 2 ifs, 2 handlers.
  expect(branches?.cyclomatic).toBe(1 + 14);
  // As radon 6.0.1 has it.
  expect(branches?.halstead.volume).toBeCloseTo(206.71626164847697, 9);
  expect(branches?.halstead.difficulty).toBeCloseTo(9.058823529411764, 9);
});

test("distances: 0 for the same tree, larger for less alike, none for what is no Python", async () => {
  const [analysis] = await analysePrograms(pool, [
    {
      program: "def f(a):\n    return a + 1",
      references: ["def f(a): return a + 1", "def f(a):\n    return a + 2", "def f(:", BRANCHES],
    },
  ]);
  const distances = analysis?.ok ? analysis.facts.distances : [];
  expect(distances.length).toBe(3);
  expect(distances[0]).toBe(0);
  // One word of 12 differs: 1 - 2 x 11 / 24.
  expect(distances[1]).toBeCloseTo(1 / 12, 12);
  expect(distances[2]).toBeGreaterThan(0.7);
});

test("nothing is executed, and a tree that bursts the parser loses only itself", async () => {
  const good = "def f(a):\n    return a";
  const bombs = [
    "raise SystemExit(1)\ndef f(a):\n    return a",
    "import os\nos._exit(3)",
    "while True: pass",
    `x = ${"-".repeat(100_000)}1`,
    `x = 1${"+1".repeat(50_000)}`,
    "def f(:",
    "\0",
    "\ud800",
  ];
  const analyses = await analysePrograms(
    pool,
    [good, ...bombs, good].map((program) => ({ program })),
  );
  expect(analyses.map((analysis) => (analysis.ok ? "ok" : analysis.verdict !== undefined))).toEqual([
    "ok",
    "ok",
    "ok",
    "ok",
    true,
    true,
    true,
    true,
    true,
    "ok",
  ]);
  expect(analyses[0]).toEqual(analyses.at(-1) as never);
});

test("many programs, more than one job takes, in their order", async () => {
  const programs = Array.from({ length: 150 }, (_, i) => `def f(a):\n    return a + ${"(1)+".repeat(i)}1`);
  const all = await facts(...programs);
  expect(new Set(all.map((each) => each.fingerprint)).size).toBe(150);
  const [last] = await facts(programs[149] ?? "");
  expect(all[149]).toEqual(last as ProgramFacts);
});
