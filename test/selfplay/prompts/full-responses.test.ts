import { expect, test } from "bun:test";
import { full } from "../../../src/selfplay/prompts/full/style.ts";

const read = (text: string, stopped = true) => full.readAnswer("deduction", { text, stopped });

test.each([
  ["<think> so </think> <answer>```output\n[1, 2]\n```", true, "[1, 2]", true],
  ["<think> so </think>\n<answer>\n  5 </answer>", false, "5", true],
  ["<think> <answer>1</answer> no </think> <answer>```output\n2\n```</answer>", false, "2", true],
  // The last block of the wanted kind counts; a missing last fence is forgiven.
  ["<think></think><answer>```output\n1\n```\n```output\n2", true, "2", true],
  // An answer within the thoughts can be read, but its format is broken.
  ["<think> so <answer>3</answer>", false, "3", false],
])("%j", (text, stopped, value, formatted) => {
  expect(read(text, stopped)).toEqual({ ok: true, value, formatted });
});

test("without an answer, or cut off in it, there is nothing to read", () => {
  for (const [text, stopped] of [
    ["<think> hm", false],
    ["<think> a </think> <answer> 12", false],
  ] as const) {
    expect(read(text, stopped)).toMatchObject({
      ok: false,
      formatted: false,
      rejection: { reason: "no-answer" },
    });
  }
});

test("an induction's program needs a block; N inputs and a message are read from theirs", () => {
  const response = (answer: string) => ({ text: `<think></think><answer>${answer}`, stopped: true });
  expect(full.readAnswer("induction", response("def f(a): return a"))).toMatchObject({
    ok: false,
    rejection: { reason: "no-program" },
  });
  const inputs = "```input\n1\n```\n```input\n'a', 2\n```\n```message\nadd them\n```";
  expect(full.readInputsProposal(response(inputs), { program: "P", count: 2 })).toEqual({
    ok: true,
    value: { program: "P", inputs: ["1", "'a', 2"], message: "add them" },
    formatted: true,
  });
  expect(full.readInputsProposal(response(inputs), { program: "P", count: 3 })).toMatchObject({
    rejection: { reason: "too-few-inputs" },
  });
});
