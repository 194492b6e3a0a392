import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSandbox } from "../../src/sandbox/open.ts";
import type { SandboxPool } from "../../src/sandbox/pool.ts";
import { answerPrompt } from "../../src/selfplay/answer-prompt.ts";
import { runOwnChecks } from "../../src/selfplay/own-checks.ts";
import { DEMONSTRATIONS } from "../../src/selfplay/prompts/compact/demonstrations.ts";
import { compactChecks } from "../../src/selfplay/prompts/compact/strategies.ts";
import { solveTask } from "../../src/selfplay/solve-task.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";
import { run } from "./command-line.ts";

let root = "";
let pool: SandboxPool;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "azr-solve-"));
  await Bun.write(join(root, "f.py"), "def f(a, b):\n    return a * 2 + b\n");
  await Bun.write(join(root, "bad.py"), "def f(a):\n    return (\n");
  pool = await openSandbox({ backend: "auto", workers: 2, timeout_ms: 2000, memory_mb: 256 });
  await pool.warm();
}, 60_000);
afterAll(async () => {
  await pool[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

test("solve: SmolLM2 tries the strategies in turn on a program and an input; JSON tells every attempt", async () => {
  const command = [
    "solve",
    "--program",
    join(root, "f.py"),
    "--input",
    "3, 1",
    "--max-tokens",
    "48",
    "--model",
    "smollm2-135m",
    "--json",
  ];
  const { stdout, stderr, code } = await run([...command, "--strategies", "direct,chain-of-thought"]);
  const solved = JSON.parse(stdout);
  expect(solved.type).toBe("deduction");
  expect(code, stderr).toBe(solved.verified ? 0 : 1);
  expect(stderr).toContain("direct: ");
  if (solved.verified) expect(solved.answer).toBe("7");
  else
    expect(solved.attempts.map(({ strategy }: { strategy: string }) => strategy)).toEqual([
      "direct",
      "chain-of-thought",
    ]);
}, 180_000);

test("solve refuses what does not fit together, before any model is loaded", async () => {
  const program = ["--program", join(root, "f.py")];
  const cases: [string[], string][] = [
    [[], "solve needs a task"],
    [[...program, "--prompt", "x"], "Several tasks are given"],
    [program, "either --input or --output"],
    [[...program, "--input", "1", "--test", "assert True"], "--test goes with --prompt"],
    [[...program, "--input", "open('x')"], "input-not-literal"],
    [[...program, "--input", "1"], "exception: TypeError"],
    [["--program", join(root, "bad.py"), "--output", "1"], "syntax-error: SyntaxError"],
    [["--type", "mathematics", "--prompt", "Half of 7?"], "no-expected-answer"],
    [["--prompt", "x", "--answer", "1"], "--answer goes with --type mathematics"],
    [["--pair", "3 6"], "arguments => value"],
    [["--pair", "1 => 2", "--input", "1"], "go with --program"],
    [["--program", join(root, "none.py"), "--input", "1"], "There is no file"],
    [["--prompt", "x", "--strategies", "guess"], "expected some of direct"],
  ];
  for (const [options, message] of cases) {
    const { stdout, stderr, code } = await run(["solve", ...options]);
    expect([code, stdout, stderr.includes(message)], stderr).toEqual([2, "", true]);
  }
}, 120_000);

test("solveTask runs a test-driven answer's own checks, and stops at the first verified answer", async () => {
  const generator = scriptedGenerator((prompt) =>
    prompt.endsWith("# Checks first:\n#")
      ? " assert f(2) == 4; assert f(3) == 9\nassert f(2) == 4\n\n\n"
      : "9) ==",
  );
  const task = { program: "def f(a):\n    return a * a", inputs: ["None"], outputs: ["4"], message: null };
  const model = { generator, tokenizer: byteTokenizer };
  const solved = await solveTask(model, "abduction", task, {
    executor: pool,
    strategies: ["direct", "test-driven", "chain-of-thought"],
  });
  expect(solved).toMatchObject({ verified: true, answer: "2", strategy: "test-driven" });
  expect(solved.attempts.map(({ verdict, detail }) => [verdict, detail])).toEqual([
    ["wrong", "gives 81"],
    ["ok", "2 of its 2 own checks hold"],
  ]);
});

test("answerPrompt: verified by the given tests alone, and not verified without", async () => {
  const generator = scriptedGenerator((prompt) =>
    prompt.includes("three tests")
      ? "```python\ndef double(n):\n    return n * 2\n\nassert double(2) == 4\nassert double(2) == 5\n```"
      : "def double(n):\n    import sys\n    sys.exit(0)\n```",
  );
  const model = { generator, tokenizer: byteTokenizer };
  const options = { executor: pool, strategies: ["direct", "test-driven"] as const };
  const tested = await answerPrompt(model, "Write double.", {
    ...options,
    tests: ["assert double(3) == 6", "for i in range(3):\n    assert double(i) == i + i"],
  });
  // A program that exits passes no test.
  expect(tested.attempts[0]).toMatchObject({ strategy: "direct", verified: false, verdict: "wrong" });
  expect(tested).toMatchObject({
    verified: true,
    strategy: "test-driven",
    answer: "def double(n):\n    return n * 2",
  });
  expect(tested.attempts[1]?.detail).toBe(
    "passes all 2 tests; 1 of 2 tests that the model wrote itself hold",
  );
  const untested = await answerPrompt(model, "Write double.", { ...options, tests: [] });
  expect(untested).toMatchObject({ verified: false, attempts: [{ verdict: "not-verified" }] });
});

test("the checks of the compact prompts' worked examples hold", async () => {
  for (const type of ["deduction", "abduction", "induction"] as const) {
    for (const { example, work } of DEMONSTRATIONS[type]) {
      const [input, output] = example.calls[0] ?? ["", ""];
      const task = { program: example.program, inputs: [input], outputs: [output], message: null };
      const answer = { deduction: output, abduction: input, induction: example.program }[type];
      const checks = compactChecks(`# ${work["test-driven"].join("; ")}`);
      expect(checks.length).toBe(work["test-driven"].length);
      const all = checks.length;
      expect(await runOwnChecks(type, task, answer, checks, pool)).toEqual({ held: all, all });
    }
  }
}, 60_000);
