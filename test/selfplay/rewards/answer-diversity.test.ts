import { expect, test } from "bun:test";
import { AnswerCounts } from "../../../src/selfplay/rewards/answer-diversity.ts";
import { makeTask } from "../../runs/fixtures.ts";

const tasks = [["1"], ["1"], ["2"], ["'a'"]].map((outputs, i) =>
  makeTask(i + 1, { outputs, inputs: ["5, 'x'"] }),
);
const of = (outputs: string[], inputs = ["0"]) => ({ inputs, outputs });

test.each([
  // 1 occurs twice among four answers, int three times; 1 twice among the integers.
  ["value", "1", 1 - 2 / 4],
  ["value", "9", 1],
  ["type", "9", 1 - 3 / 4],
  ["type", "[]", 1],
  ["both", "1", (1 - 3 / 4 + 1 - 2 / 3) / 2],
  ["both", "9", (1 - 3 / 4 + 1) / 2],
  ["both", "[]", 1],
] as const)("%s of %s: %d", (measure, answer, wanted) => {
  expect(new AnswerCounts("deduction", tasks, measure).surprise("deduction", of([answer]))).toBeCloseTo(
    wanted,
    12,
  );
});

test("several outputs have their mean; the answer to an abduction is its input", () => {
  expect(new AnswerCounts("deduction", tasks, "value").surprise("deduction", of(["1", "9"]))).toBe(0.75);
  const inputs = new AnswerCounts("abduction", tasks, "type");
  expect(inputs.surprise("abduction", of(["1"], ["7, 'y'"]))).toBe(0);
  expect(inputs.surprise("abduction", of(["1"], ["7"]))).toBe(1);
  expect(new AnswerCounts("deduction", [], "both").surprise("deduction", of(["1"]))).toBe(1);
  expect(new AnswerCounts("deduction", [], "both").surprise("deduction", of([]))).toBeNull();
});
