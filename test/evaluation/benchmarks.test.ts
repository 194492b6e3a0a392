import { afterAll, expect, test } from "bun:test";
import { BENCHMARK_NAMES, type BenchmarkName } from "../../src/config/benchmark-name.ts";
import { type Benchmark, type JudgeContext, shownProblem } from "../../src/evaluation/benchmark.ts";
import { numberIn } from "../../src/evaluation/benchmarks/gsm8k.ts";
import { testedFunction } from "../../src/evaluation/benchmarks/mbpp.ts";
import { scriptEntry, scriptTests } from "../../src/evaluation/evalplus-script.ts";
import { promptTokens } from "../../src/evaluation/prompts/format.ts";
import { pythonRepr } from "../../src/sandbox/literals.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { tableExecutor } from "../fixtures/table-executor.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { ROWS, sampleBenchmark } from "./samples-of.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
/** Fails on every program: what passes with it was judged on the host. */
const nothing: JudgeContext = { executor: tableExecutor({}) };
const read = (name: BenchmarkName, options = {}) => sampleBenchmark(folder.path, name, options);

async function judged(benchmark: Benchmark, text: string, format: "raw" | "chat" = "raw") {
  const [problem] = benchmark.problems;
  if (!problem) throw new Error("no problem");
  return await benchmark.judge(problem, benchmark.answer(problem, text, format), nothing);
}

test("every benchmark puts its problems as text to continue and as a request, and says when to stop", async () => {
  for (const name of BENCHMARK_NAMES) {
    const benchmark = await read(name);
    expect(benchmark.name).toBe(name);
    expect(benchmark.problems).toHaveLength(ROWS[name].length);
    expect(new Set(benchmark.problems.map(({ id }) => id)).size).toBe(ROWS[name].length);
    for (const { prompt, request, reference } of benchmark.problems) {
      for (const text of [prompt, request, reference]) expect(text.trim().length).toBeGreaterThan(2);
    }
    expect(benchmark.stop.every((stop) => stop.length > 0)).toBe(true);
  }
});

test("no prompt shows an expected answer that is not meant to be seen", async () => {
  for (const name of ["cruxeval-o", "gsm8k", "apps"] as const) {
    for (const { prompt, request } of (await read(name)).problems) {
      const hidden = { "cruxeval-o": "== 5", gsm8k: "1200", apps: "11" }[name];
      expect(`${prompt}${request}`).not.toContain(hidden);
    }
  }
});

test("formats: text to continue, a chat, a conversation of thoughts", async () => {
  const [problem] = (await read("gsm8k")).problems;
  if (!problem) throw new Error("no problem");
  const text = (format: "raw" | "azr") => byteTokenizer.decode(promptTokens(byteTokenizer, problem, format));
  expect(text("raw")).toBe("Question: What is 1000 and 200?\nAnswer:");
  expect(text("azr")).toMatch(/^A conversation .*User: What is 1000 and 200\?[\s\S]*\nAssistant: <think>$/s);
  const without = { ...byteTokenizer, hasChatTemplate: false };
  expect(() => promptTokens(without, problem, "chat")).toThrow("no chat template");
});

test("GSM8K: the official number, or the last one where there is none", async () => {
  const benchmark = await read("gsm8k");
  expect(await judged(benchmark, benchmark.problems[0]?.reference ?? "")).toMatchObject({ passed: true });
  for (const text of [
    "#### 1,200",
    "#### $1200",
    "So the answer is 1,200.",
    "\\boxed{1200}",
    "It is 3, no: 1200.",
  ]) {
    expect(await judged(benchmark, text), text).toMatchObject({ passed: true });
  }
  for (const text of ["#### 1200.5", "#### -1200", "1200 and 3", "#### 12 00"]) {
    expect(await judged(benchmark, text), text).toMatchObject({ passed: false, verdict: "wrong-answer" });
  }
  expect(await judged(benchmark, "none")).toMatchObject({
    verdict: "no-answer",
    aspects: { strict: false },
  });
  for (const [text, strict] of [
    ["So it is.\n#### 1,200", true],
    ["#### 1200 #### 7", true],
    ["#### 1200.", false],
    ["#### $1200", false],
    ["####1200", false],
    ["The answer is 1200", false],
  ] as const) {
    expect(await judged(benchmark, text, "chat"), text).toMatchObject({ passed: true, aspects: { strict } });
  }
  expect(await judged(benchmark, "#### 7")).toMatchObject({ passed: false, aspects: { strict: false } });
  expect(numberIn("5 #### 7\nThe answer is 9")).toBe("7");
  const [shown] = (await read("gsm8k", { shots: 8 })).problems;
  expect(shown?.prompt.match(/^Question: /gm)).toHaveLength(9);
  expect(shown?.prompt.match(/#### -?\d+$/gm)).toHaveLength(8);
});

test("tiny-heldout: an output is compared here, and what is no literal is no answer", async () => {
  const benchmark = await read("tiny-heldout");
  expect(benchmark.problems.map(({ group }) => group)).toEqual([
    "deduction",
    "abduction",
    "induction",
    "completion",
  ]);
  expect(await judged(benchmark, " [7]")).toMatchObject({ passed: true });
  expect(await judged(benchmark, "It is\n```python\n[7]\n```", "chat")).toMatchObject({ passed: true });
  expect(await judged(benchmark, "[8]")).toMatchObject({ passed: false, verdict: "wrong-answer" });
  for (const text of ["[7]<in>4", "f(4)", "", "[3 + 4]"]) {
    expect(await judged(benchmark, text), text).toMatchObject({ passed: false, verdict: "no-answer" });
  }
});

test("CRUXEval-O: the literal is compared here, and no program runs", async () => {
  const benchmark = await read("cruxeval-o");
  for (const text of ["assert f(2, 3) == 5", "5", "5.0", "[ANSWER]\nassert f(2, 3) == 5\n[/ANSWER]"]) {
    expect(await judged(benchmark, text, "chat"), text).toMatchObject({ passed: true });
  }
  expect(await judged(benchmark, "assert f(2, 3) == 6")).toMatchObject({ error: "answered 6" });
  expect(await judged(benchmark, "f(2, 3)")).toMatchObject({ passed: false, verdict: "no-answer" });
  const [problem] = benchmark.problems;
  const answer = (text: string) => (problem ? benchmark.answer(problem, text, "chat") : "");
  expect(answer('[ANSWER] x [/ANSWER] [ANSWER]\nassert f("a)(", [1]) == {"k": ")"}\n[/ANSWER] done')).toBe(
    '{"k": ")"}',
  );
  expect(answer("```python\nassert f(1) == [1, 2]\n```")).toBe("[1, 2]");
});

/** Texts around an assertion, and the sides of it. */
const ASSERTIONS: [text: string, input: string, output: string][] = [
  ["Check if(x): so\nassert f('ab') == 'c'", "'ab'", "'c'"],
  ["**assert f(1) == 2**", "1", "2"],
  ["`assert f(1) == 2`", "1", "2"],
  ["We call f(x). Then assert f(1) == 2", "1", "2"],
  ["We call f(x) == y. Then assert f(1) == 2, which holds.", "1", "2"],
  ["assert f(1) == 2\nassert f(3) == 4", "3", "4"],
  ["assert f(??) == 2 becomes\n\nassert f([1]) == 2.", "[1]", "2"],
  ["assert f(1) == ?? becomes f(1) == [2, (3,)] as said", "1", "[2, (3,)]"],
  ["assert f(1) == 'a.b' because it joins", "1", "'a.b'"],
  ["assert f(1) == 'ab'. This is it", "1", "'ab'"],
  ["assert f(1) == -2 # minus", "1", "-2"],
  ["assert f(1) == {'a': [1,\n 2]}\n\nSo it is {}", "1", "{'a': [1,\n 2]}"],
  ["assert f(1) == 'a' * 3 and nothing else", "1", "'a' * 3"],
  ["assert f(1) == 'a' 'b'", "1", "'a' 'b'"],
  ["assert f(1) == 1e-3, 'no'", "1", "1e-3"],
  ["assert f(1) == set() (empty)", "1", "set()"],
  ["assert f(1) == 'A'.lower()[0].", "1", "'A'.lower()[0]"],
  ["assert f('assert f(2) == 3') == 4", "'assert f(2) == 3'", "4"],
  ["**assert f(1) == 5** as asked", "1", "5"],
  ["assert f(1) == 5 - as asked", "1", "5"],
  ["assert (f(1) == True)", "1", "True"],
  ["assert f(x=\"(\", y=')') == None", "x=\"(\", y=')'", "None"],
  ["```python\ndef f(n): ...\n```\nso\n```python\nassert f(5) == 10\n```", "5", "10"],
  ["So [ANSWER]\n**assert f(5) == b'x'**\n[/ANSWER] and assert f(1) == 1", "5", "b'x'"],
];

test("CRUXEval: the last assertion of a chat, and no word of what stands around it", async () => {
  for (const [name, side] of [["cruxeval-i", 1] as const, ["cruxeval-o", 2] as const]) {
    const benchmark = await read(name);
    for (const row of ASSERTIONS) {
      const [problem] = benchmark.problems;
      expect(problem && benchmark.answer(problem, row[0], "chat"), row[0]).toBe(row[side]);
    }
  }
  const output = await read("cruxeval-o");
  expect(await judged(output, "It gives **assert f(2, 3) == 5** as asked.", "chat")).toMatchObject({
    passed: true,
  });
  for (const text of ["`5`", "**5**"]) {
    expect(await judged(output, text, "chat")).toMatchObject({ passed: true });
  }
});

test("CRUXEval-I: the arguments of the assertion", async () => {
  const benchmark = await read("cruxeval-i");
  const [problem] = benchmark.problems;
  const answer = (text: string) => (problem ? benchmark.answer(problem, text, "raw") : "");
  expect(answer('assert f("a)", [1, (2)]) == 5')).toBe('"a)", [1, (2)]');
  expect(answer("2, 3")).toBe("2, 3");
  expect(answer("assert self.f(1) == 5")).toBe("assert self.f(1) == 5");
});

test("MBPP and APPS: the function that is asked for, and no example beside it", async () => {
  const example = "```python\n>>> NAME(1)\n2\n```";
  for (const name of ["mbpp", "apps"] as const) {
    const benchmark = await read(name);
    for (const problem of benchmark.problems) {
      const entry = entryOf(problem);
      if (entry === null) continue;
      const code = `def ${entry}(x):\n    return x + 1\n`;
      const text = `\`\`\`python\n${code}\`\`\`\nFor example:\n${example.replace("NAME", entry)}`;
      expect(benchmark.answer(problem, text, "chat")).toBe(code);
    }
  }
  const code = "import re\ndef helper(a):\n    return a\ndef main(a):\n    return helper(a)\n";
  expect(testedFunction({ code, test_list: ["assert set(main([1])) == {1}"] })).toBe("main");
  expect(testedFunction({ code: "g = lambda x: x", test_list: ["assert not g(0)"] })).toBe("g");
  expect(testedFunction({ code, test_list: ["assert other(1)"] })).toBeUndefined();
});

function entryOf(problem: object): string | null {
  const name = "entryPoint" in problem ? problem.entryPoint : Reflect.get(problem, "functionName");
  return typeof name === "string" ? name : null;
}

test("EvalPlus scripts: their inputs, tolerance and function, read without running them", () => {
  const script = "inputs = [[1, (2,)], ['a']]\nfor inp in inputs:\n    assertion(g(*inp), exp, 1e-06)\n";
  expect(scriptTests(script)?.inputs.map((args) => args.map(pythonRepr))).toEqual([["1", "(2,)"], ["'a'"]]);
  expect(scriptTests(script)?.tolerance).toBe(1e-6);
  expect(scriptEntry(script)).toBe("g");
  expect(scriptTests("inputs = load()\n")).toBeUndefined();
});

/** One field of a record made wrong, and how the message names it. */
const WRONG: [BenchmarkName, Record<string, unknown>, RegExp][] = [
  ["azr-mini", { band: "simple" }, /azr-mini\.jsonl:1: field band: expected .*easy/],
  ["azr-mini", { wrong: [] }, /:1: field wrong: expected >=2, got 0/],
  ["humaneval", { entry_point: 3 }, /humaneval\.jsonl:1: field entry_point: expected string, got 3/],
  ["humaneval-plus", { base_input: [1] }, /:1: field base_input\.0: expected Array/],
  ["humaneval-plus", { base_input: undefined }, /:1: field base_input/],
  ["mbpp", { test_list: [] }, /:1: field test_list: expected >=1/],
  ["mbpp", { task_id: "11" }, /:1: field task_id: expected number/],
  ["mbpp-plus", { plus_input: null }, /:1: field plus_input/],
  ["apps", { difficulty: "hard" }, /:1: field difficulty: expected .*introductory/],
  ["apps", { input_output: "{" }, /:1: field input_output: expected JSON/],
  [
    "apps",
    { input_output: '{"inputs": [1], "outputs": []}' },
    /:1: field input_output.outputs: expected 1 outputs/,
  ],
  [
    "apps",
    { input_output: '{"inputs": [[1]], "outputs": [1], "fn_name": "f(); x"}' },
    /field input_output.fn_name/,
  ],
  ["apps", { solutions: "[1]" }, /:1: field solutions/],
  ["cruxeval-o", { output: 5 }, /:1: field output: expected string, got 5/],
  ["gsm8k", { answer: "1200" }, /:1: field answer: expected a line "#### number"/],
];

test("a wrong record names file, line and field", async () => {
  for (const [name, change, message] of WRONG) {
    const rows = [{ ...ROWS[name][0], ...change }];
    await expect(sampleBenchmark(folder.path, name, {}, rows), `${name} ${message}`).rejects.toThrow(message);
  }
});

test("APPS: problems of one level; those without tests are left out", async () => {
  expect((await read("apps", { level: "introductory" })).problems.map(({ id }) => id)).toEqual(["APPS/2"]);
  await expect(read("apps", { level: "competition" })).rejects.toThrow("of the level competition");
  const rows = [{ ...ROWS.apps[0], input_output: "" }, ROWS.apps[1] as object];
  const { problems } = await sampleBenchmark(folder.path, "apps", {}, rows);
  expect(problems.map(({ id, group }) => [id, group])).toEqual([["APPS/2", "introductory"]]);
});

test("every benchmark shows people what a problem asks and what is right", async () => {
  const expected: Record<BenchmarkName, string> = {
    "azr-mini": "assert candidate([1, 2]) == [2, 4]",
    "tiny-heldout": "[7]",
    humaneval: "assert candidate([1, 2]) == [2, 4]",
    "humaneval-plus": "inputs, what this gives:",
    mbpp: "assert ",
    "mbpp-plus": "inputs, what this gives:",
    apps: "the first of ",
    "cruxeval-i": "assert f(",
    "cruxeval-o": "assert f(",
    gsm8k: "1200",
  };
  for (const name of BENCHMARK_NAMES) {
    const benchmark = await read(name);
    const [problem] = benchmark.problems;
    if (!problem) throw new Error("no problem");
    const shown = shownProblem(benchmark, problem);
    expect(shown.expected).toContain(expected[name]);
    expect(shown.task.trim().length).toBeGreaterThan(2);
  }
});
