import { describe, expect, test } from "bun:test";
import { stream } from "../../../src/random/stream.ts";
import { promptStyle } from "../../../src/selfplay/prompts/registry.ts";
import { writeInputsProposal, writeProgramProposal } from "../../../src/selfplay/prompts/tagged/propose.ts";
import { writeThoughtAnswer } from "../../../src/selfplay/prompts/tagged/solve.ts";
import { tagged } from "../../../src/selfplay/prompts/tagged/style.ts";
import { TAGS } from "../../../src/selfplay/prompts/tagged/tags.ts";

const PROGRAM = "def f(a):\n    return a[0]";
const random = stream(1, "tagged");
const response = (text: string) => ({ text, stopped: false });
const program = (text: string) => tagged.readProgramProposal(response(text));
const inputs = (text: string) => tagged.readInputsProposal(response(text), { program: PROGRAM, count: 2 });

test("texts are data between tags", () => {
  const exercise = { program: PROGRAM, inputs: ["[2, 5]"], outputs: ["2"], message: null };
  expect(tagged.solve("deduction", exercise).text).toBe(`<SD><code>${PROGRAM}<in>[2, 5]<ans>`);
  expect(tagged.solve("abduction", exercise).text).toBe(`<SA><code>${PROGRAM}<out>2<ans>`);
  const pairs = { program: "", inputs: ["1", "2"], outputs: ["2", "4"], message: "double it" };
  expect(tagged.solve("induction", pairs)).toEqual({
    text: "<SI><in>1<out>2<in>2<out>4<msg>double it<ans>",
    opening: "",
    stop: [],
  });
  expect(
    tagged.proposeInputs({ program: PROGRAM, known: "[1]", count: 4, difficulty: null, random }).text,
  ).toBe(`<PI><code>${PROGRAM}<ans>`);
  const request = {
    type: "deduction",
    references: [],
    given: [],
    forbiddenModules: [],
    difficulty: null,
    random,
  } as const;
  expect(tagged.proposeProgram(request).text).toBe("<PD><ans>");
});

test("what is written is read back", () => {
  expect(program(writeProgramProposal(PROGRAM, "[2, 5], 'a'"))).toEqual({
    ok: true,
    value: { program: PROGRAM, inputs: ["[2, 5], 'a'"], message: null },
    formatted: true,
  });
  expect(inputs(writeInputsProposal(["[1]", "[2, 3]"], "take the first item"))).toEqual({
    ok: true,
    value: { program: PROGRAM, inputs: ["[1]", "[2, 3]"], message: "take the first item" },
    formatted: true,
  });
  expect(tagged.readAnswer("deduction", response(" [1, 2]"))).toMatchObject({ ok: true, value: "[1, 2]" });
  expect(tagged.readAnswer("induction", response(PROGRAM))).toMatchObject({ ok: true, value: PROGRAM });
  const thought = response(writeThoughtAnswer("[2, 5] * 2 -> [2, 5, 2, 5]\n[2, 5, 2, 5][0]", "2"));
  expect(tagged.readAnswer("deduction", thought)).toMatchObject({ ok: true, value: "2", formatted: true });
  expect(tagged.readAnswer("abduction", response("<think><ans>[3]"))).toMatchObject({ value: "[3]" });
});

describe("what does not keep to the form is rejected and not formatted", () => {
  test.each([
    ["", "no-program"],
    [PROGRAM, "no-program"],
    [`<code>${PROGRAM}`, "no-input"],
    [`<code>${PROGRAM}<in>3<in>4`, "no-input"],
    [`<code>${PROGRAM}<in>open('x')`, "input-not-literal"],
    ["<code>def g(a):\n    return a<in>1", "no-entry"],
  ] as const)("proposal %j", (text, reason) => {
    expect(program(text)).toMatchObject({ ok: false, rejection: { reason }, formatted: false });
  });

  test.each([
    ["<in>1<in>2", "no-message"],
    ["<in>1<msg>m", "too-few-inputs"],
    ["<in>1<in>1<msg>m", "too-few-inputs"],
    ["<in>1<code>2<msg>m", "no-input"],
    ["<in>1<in>a b<msg>m", "input-not-literal"],
    ["1<in>1<in>2<msg>m", "no-input"],
  ] as const)("inputs %j", (text, reason) => {
    expect(inputs(text)).toMatchObject({ ok: false, rejection: { reason }, formatted: false });
  });

  test.each([
    "",
    "<in>1",
    "1<in>2",
    "<ans>",
    "<think>",
    "<think>1 + 2",
    "<think>1 + 2<ans>",
    "<think>1<in>2<ans>3",
    "<think>1<ans>3<ans>4",
    "1<think>1<ans>3",
    "<ans><think>1<ans>3",
  ])("answer %j", (text) => {
    expect(tagged.readAnswer("deduction", response(text))).toMatchObject({
      ok: false,
      rejection: { reason: "no-answer" },
    });
  });
});

test("what the style has no text for is refused with what to do", () => {
  const exercise = { program: "p", inputs: [], outputs: [], message: null };
  for (const type of ["mathematics", "error-deduction"] as const)
    expect(() => tagged.solve(type, exercise)).toThrow(`no text for ${type}`);
  expect(() => tagged.solve("deduction", exercise, "step-by-step")).toThrow("the strategy step-by-step");
  expect(() => tagged.proposeProblem({ references: [], difficulty: null, random })).toThrow("mathematics");
  const given = [{ id: 1, name: "g_1", source: "def g_1(x):\n    return x" }];
  const composite = {
    type: "deduction",
    references: [],
    given,
    forbiddenModules: [],
    difficulty: null,
    random,
  } as const;
  expect(() => tagged.proposeProgram(composite)).toThrow("composites");
});

test("auto takes the model's own style, else the one for models without", () => {
  expect(promptStyle("auto", "tagged")).toBe(tagged);
  expect(promptStyle("auto", null)).toBe(promptStyle("full"));
  expect(promptStyle("auto", null, "compact")).toBe(promptStyle("compact"));
  expect(promptStyle("full", "tagged")).toBe(promptStyle("full"));
  expect(new Set(TAGS).size).toBe(13);
});
