import { expect, test } from "bun:test";
import { askedOf } from "../../../src/tui/screens/asked.ts";
import { makeRollout, makeTask } from "../../runs/fixtures.ts";

const pairs = { inputs: ["1", "2", "3", "4"], outputs: ["2", "4", "6", "8"] };

test.each([
  ["deduction", "7", "wrong", "expected 2", { asked: "f(1)", expected: "2", came: "7" }],
  [
    "abduction",
    "5, 0",
    "wrong",
    "gives True",
    { asked: "f(?) == 2", expected: "f(1), or other arguments", came: "f(5, 0) gives True" },
  ],
  ["abduction", "9", "timeout", "", { asked: "f(?) == 2", came: "f(9): timeout" }],
  [
    "induction",
    "def f(a):\n    return a",
    "wrong",
    "f(3) gives 3",
    {
      program: "",
      asked: "f(1) == 2\nf(2) == 4\n# double",
      expected: "f(3) == 6\nf(4) == 8",
      came: "f(3) gives 3",
    },
  ],
  ["error-deduction", null, "no-answer", "", { asked: "f(1)", expected: "2", came: "no answer" }],
  [
    "mathematics",
    "8",
    "wrong",
    "expected 2",
    { program: "", asked: "the program", expected: "2", came: "8" },
  ],
] as const)(
  "what a solver of %s was asked, what is right, what came",
  (type, answer, verdict, detail, asked) => {
    const task = makeTask(1, { type, program: "the program", ...pairs, message: "double" });
    expect(askedOf({ id: 1, ...makeRollout({ type, answer, verdict, detail }) }, task)).toMatchObject(asked);
  },
);
