import { expect, test } from "bun:test";
import { normalisedProgram, readProgram } from "../../src/selfplay/program.ts";
import { readInput, readInputs, readMessage } from "../../src/selfplay/proposal.ts";

const reason = (reading: { ok: true } | { ok: false; rejection: { reason: string } }) =>
  reading.ok ? "ok" : reading.rejection.reason;

test.each([
  ["def f(a): return a", "ok"],
  [
    "import math\n\ndef g(x):\n    return x\n\nclass A:\n    def f(self): pass\n\ndef f(a, *rest):\n    return g(a)",
    "ok",
  ],
  ["def f(\n    a,\n    b,\n):\n    return a", "ok"],
  ["@cache\ndef f (a) -> int:\n    return a", "ok"],
  ["def f[T](x: T) -> T:\n    return x", "ok"],
  ["def f [K: (int, list[str]), *V](x: K):\n    return x", "ok"],
  ["def f[T]():\n    return 1", "no-parameters"],
  ["", "no-program"],
  ["  \n\n", "no-program"],
  ["def g(a):\n    return a", "no-entry"],
  ["f = lambda a: a", "no-entry"],
  ["async def f(a):\n    return a", "no-entry"],
  ["class A:\n    def f(self, a):\n        return a", "no-entry"],
  ["def f():\n    return 1", "no-parameters"],
  ["def f(\n):\n    return 1", "no-parameters"],
  [`def f(a):\n    return a${" + 1".repeat(3000)}`, "program-too-long"],
])("program %j: %s", (source, verdict) => {
  expect(reason(readProgram(source))).toBe(verdict);
});

test("programs that differ in blank lines, line ends and whole-line comments are the same", () => {
  expect(normalisedProgram("def f(a):\r\n    # twice\r\n\r\n    return a * 2  \r\n\n")).toBe(
    "def f(a):\n    return a * 2",
  );
  expect(normalisedProgram("def f(a):\n    return '#'")).toBe("def f(a):\n    return '#'");
});

test.each([
  ["1, 'a'", "1, 'a'"],
  [' "a" , [1,2,] ,', "'a', [1, 2]"],
  ["(1)", "1"],
  ["(1,)", "(1,)"],
  ["float('inf')", "float('inf')"],
  ["{'a': {1}}", "{'a': {1}}"],
  ["[1,\n 2,  # two\n 3],\n 'x',\n", "[1, 2, 3], 'x'"],
  ["1, key = 'a', other=[2,],", "1, key='a', other=[2]"],
  ["'''two\nlines'''", "'two\\nlines'"],
])("input %j is rewritten as %s", (text, source) => {
  expect(readInput(text)).toEqual({ ok: true, value: source });
});

test.each([
  ["", "no-input"],
  ["x", "input-not-literal"],
  ["k=1, 2", "input-not-literal"],
  ["k=1, k=2", "input-not-literal"],
  ["k==1", "input-not-literal"],
  ["**{1: 2}", "input-not-literal"],
  ["*[1, 2]", "input-not-literal"],
  ["5) or (True", "input-not-literal"],
  ["1); import os; f(1", "input-not-literal"],
  ["1, f(2)", "input-not-literal"],
  ["[x for x in (1, 2)]", "input-not-literal"],
])("input %j: %s", (text, verdict) => {
  expect(reason(readInput(text))).toBe(verdict);
});

test("inputs: the first N different ones; equal ones count once", () => {
  expect(readInputs(["1", " 1", "2", "'a'", "3"], 3)).toEqual({ ok: true, value: ["1", "2", "'a'"] });
  expect(reason(readInputs(["1", "1 "], 2))).toBe("too-few-inputs");
});

test("a message must not hold the program", () => {
  expect(readMessage("  adds one ")).toEqual({ ok: true, value: "adds one" });
  expect(reason(readMessage("def f(a): return a + 1"))).toBe("message-reveals-program");
  expect(reason(readMessage("def f[T](a: T): return a"))).toBe("message-reveals-program");
  expect(reason(readMessage("f = lambda a: a + 1"))).toBe("message-reveals-program");
  expect(reason(readMessage("x".repeat(1001)))).toBe("message-too-long");
  expect(reason(readMessage(" "))).toBe("no-message");
});
