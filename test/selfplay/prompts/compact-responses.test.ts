import { expect, test } from "bun:test";
import { compact } from "../../../src/selfplay/prompts/compact/style.ts";

const reading = (text: string) => ({ text, stopped: true });
const F = "def f(a):\n    return a\n\n";

test.each([
  ["answer = f(1)", "1"],
  ["answer = f([1,\n 2], 'x')", "[1, 2], 'x'"],
  ["answer = f(1)  # (one)", "1"],
  ["answer = f(k=1,)", "k=1"],
  ["answer=f((1, 2))\nanswer = f(3)", "(1, 2)"],
  ["answer = f('a)\\n(')", "'a)\\n('"],
  ["answer = f(1)\nmore = (2)", "1"],
])("the call of %j", (call, input) => {
  expect(compact.readProgramProposal(reading(F + call))).toEqual({
    ok: true,
    value: { program: F.trim(), inputs: [input], message: null },
    formatted: true,
  });
});

test.each([
  ["", "no-input"],
  ["answer = f(1", "no-input"],
  ["answer = f()", "no-input"],
  ["answer = f(x)", "input-not-literal"],
  ["answer = f(1) + f(2)", "input-not-literal"],
  ["answer = f(1); print(2)", "input-not-literal"],
])("%j has no call: %s", (call, reason) => {
  expect(compact.readProgramProposal(reading(F + call))).toMatchObject({ rejection: { reason } });
});

test.each([
  ["How many legs have 3 dogs?\nAnswer: 12\n", "How many legs have 3 dogs?", "12"],
  ["Two\nlines?\n\nAnswer: 3/4 cups", "Two\nlines?", "3/4 cups"],
])("a problem %j", (text, program, answer) => {
  expect(compact.readProblemProposal(reading(text))).toEqual({
    ok: true,
    value: { program, inputs: [], message: null, answer },
    formatted: true,
  });
});

test.each([
  ["", "no-problem"],
  ["Answer: 3", "no-problem"],
  ["12?\nAnswer: 3", "no-problem"],
  ["How many?", "no-expected-answer"],
  ["How many?\nAnswer:", "no-expected-answer"],
  ["How many?\nAnswer: 2 + 3", "not-number"],
  [`${"word ".repeat(500)}\nAnswer: 2`, "problem-too-long"],
])("no problem in %j: %s", (text, reason) => {
  expect(compact.readProblemProposal(reading(text))).toMatchObject({ rejection: { reason } });
});
