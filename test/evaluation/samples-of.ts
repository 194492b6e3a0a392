import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchmarkName } from "../../src/config/benchmark-name.ts";
import { type BenchmarkOptions, readBenchmark } from "../../src/evaluation/benchmarks/registry.ts";

/** A record or two of each benchmark in its original form, written for the tests. */
export const ROWS: Record<BenchmarkName, object[]> = {
  "azr-mini": [
    {
      task_id: "azr-mini/easy/01",
      band: "easy",
      topic: "lists",
      prompt: 'def f(xs):\n    """Return xs with every item doubled.\n    >>> f([1])\n    [2]\n    """\n',
      entry_point: "f",
      canonical_solution: "    return [2 * x for x in xs]\n",
      test: "def check(candidate):\n    assert candidate([1, 2]) == [2, 4]\n    assert candidate([]) == []\n",
      wrong: [
        { why: "repeats the list", solution: "    return xs * 2\n" },
        { why: "fails on an empty list", solution: "    return [2 * xs[0]] + [2 * x for x in xs[1:]]\n" },
      ],
    },
  ],
  "tiny-heldout": [
    {
      id: "tiny/0001",
      type: "deduction",
      prompt: "<SD><code>def f(a):\n    return [a + 3]<in>4<ans>",
      request: "What does this call give?",
      reference: "[7]",
      program: "def f(a):\n    return [a + 3]",
      entry: "f",
      calls: [["4", "[7]"]],
    },
    {
      id: "tiny/0002",
      type: "abduction",
      prompt: "<SA><code>def f(a):\n    return a[0]<out>2<ans>",
      request: "Which arguments make f give 2?",
      reference: "[2, 5]",
      program: "def f(a):\n    return a[0]",
      entry: "f",
      calls: [["[2, 5]", "2"]],
    },
    {
      id: "tiny/0003",
      type: "induction",
      prompt: "<SI><in>1<out>2<in>4<out>8<msg>double it<ans>",
      request: "Write a Python function f: double it.",
      reference: "def f(a):\n    return a * 2",
      program: "def f(a):\n    return a * 2",
      entry: "f",
      calls: [
        ["3", "6"],
        ["0", "0"],
      ],
    },
    {
      id: "tiny/0004",
      type: "completion",
      prompt: 'def last(xs):\n    """Return the last item of xs."""',
      request: "Complete this Python function.",
      reference: "\n    return xs[-1]",
      program: "def f(a):\n    return a[-1]",
      entry: "last",
      calls: [["[1, 2]", "2"]],
    },
  ],
  humaneval: [
    {
      task_id: "HumanEval/0",
      prompt: 'def shift(x):\n    return x + 1\n\ndef f(xs):\n    """Doubles every item."""\n',
      entry_point: "f",
      canonical_solution: "    return [2 * x for x in xs]\n",
      test: "import random\n\ndef check(candidate):\n    assert candidate([1, 2]) == [2, 4]\n    for _ in range(3):\n        n = random.randint(1, 9)\n        assert candidate([shift(n)]) == [2 * n + 2]\n    assert candidate([]) == []\n",
    },
  ],
  "humaneval-plus": [
    {
      task_id: "HumanEval/0",
      prompt: 'def f(x):\n    """Halves x."""\n',
      entry_point: "f",
      canonical_solution: "    return x / 2\n",
      base_input: [[2]],
      plus_input: [[3], [1.5]],
      atol: 0,
      contract: "",
    },
    {
      task_id: "HumanEval/1",
      prompt: 'def g(n):\n    """n zeros, as a text and a power."""\n',
      entry_point: "g",
      canonical_solution: "    return '0' * n if n < 900000 else 3 ** n\n",
      base_input: [[2]],
      plus_input: [[800000], [900000]],
      atol: 0,
    },
  ],
  mbpp: [
    {
      task_id: 11,
      text: "Write a function to find the parts of a pair.",
      code: "class Pair:\r\n  def __init__(self, a, b):\r\n    self.a, self.b = a, b\r\ndef parts(p):\r\n  return [p.a, p.b]\r\n",
      test_setup_code: "first = Pair(0, 1)",
      test_list: [
        "assert parts(first) == [0, 1]",
        "assert set(parts(Pair(5, 5))) == {5}",
        "assert len(parts(Pair(1, 2))) == 2",
      ],
      challenge_test_list: [],
    },
  ],
  "mbpp-plus": [
    {
      task_id: "Mbpp/2",
      prompt:
        '"""\nWrite a function to find shared items.\nassert similar_elements((3, 4),(4, 5)) == (4,)\n"""\n',
      entry_point: "similar_elements",
      canonical_solution: "def similar_elements(a, b):\n    return tuple(set(a) & set(b))\n",
      base_input: [
        [
          [3, 4],
          [4, 5],
        ],
      ],
      plus_input: [[[], [1]]],
      atol: 0,
    },
  ],
  apps: [
    {
      problem_id: 1,
      question: "Print the sum of two numbers.",
      solutions: JSON.stringify(["a = int(input())\nprint(a + int(input()))"]),
      input_output: JSON.stringify({ inputs: ["1\n2\n", "5\n6\n"], outputs: ["3\n", "11\n"] }),
      difficulty: "interview",
      url: "",
      starter_code: "",
    },
    {
      problem_id: 2,
      question: "Double a number.",
      solutions: JSON.stringify(["class Solution:\n    def twice(self, x):\n        return 2 * x"]),
      input_output: JSON.stringify({ fn_name: "twice", inputs: [[1], [10]], outputs: [[2], [20]] }),
      difficulty: "introductory",
      url: "",
      starter_code: "class Solution:\n    def twice(self, x: int) -> int:\n        ",
    },
  ],
  "cruxeval-i": [{ id: "sample_0", code: "def f(a, b=1):\n    return a + b", input: "2, 3", output: "5" }],
  "cruxeval-o": [{ id: "sample_0", code: "def f(a, b=1):\n    return a + b", input: "2, 3", output: "5" }],
  gsm8k: [{ question: "What is 1000 and 200?", answer: "1000 + 200 = <<1000+200=1200>>1200\n#### 1,200" }],
};

/** The benchmark of these rows, read from a file in `directory`. */
export async function sampleBenchmark(
  directory: string,
  name: BenchmarkName,
  options: BenchmarkOptions = {},
  rows: readonly object[] = ROWS[name],
) {
  const path = join(directory, `${name}.jsonl`);
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return await readBenchmark(name, path, options);
}
