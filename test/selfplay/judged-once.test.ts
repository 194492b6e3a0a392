import { expect, test } from "bun:test";
import { promptStyle } from "../../src/selfplay/prompts/registry.ts";
import type { ValidTask } from "../../src/selfplay/proposal.ts";
import { solve } from "../../src/selfplay/solving.ts";
import { TASK_KINDS } from "../../src/selfplay/tasks/registry.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";
import { tableExecutor } from "../fixtures/table-executor.ts";
import { makeConfig } from "../runs/fixtures.ts";

const PROGRAM = "def f(a):\n    return a % 10";
const task: ValidTask = { program: PROGRAM, inputs: ["13"], outputs: ["3"], message: null };

test("answers of a task that say the same are run once, and each keeps its grade", async () => {
  const executor = tableExecutor({
    [PROGRAM]: (value) => (value?.type === "int" ? { type: "int", value: value.value % 10n } : "exception"),
  });
  const answers = ["3", "3", "4", "3", "4", "13"];
  const play = {
    config: makeConfig({ selfplay: { prompt: "tagged" } }),
    generator: scriptedGenerator((_, index) => answers[index] ?? ""),
    executor,
    tokenizer: byteTokenizer,
    style: promptStyle("tagged"),
  };
  const assignment = { id: 1, type: "abduction", task, estimates: 6, fresh: 0, trains: true } as const;
  const [rollouts = []] = await solve(play, [assignment], 1, {});
  expect(rollouts.map(({ grade }) => grade.correct)).toEqual([true, true, false, true, false, true]);
  // 3 and 4 once each; 13 is the task's own input, which validation ran.
  expect(executor.jobs).toHaveLength(2);
});

test("a task's own input and its own program are right without a run", async () => {
  const nothing = tableExecutor({});
  const grade = (type: "abduction" | "induction", answer: string, of: ValidTask) =>
    TASK_KINDS[type].grade(of, answer, { executor: nothing });
  expect(await grade("abduction", " 13", task)).toMatchObject({ correct: true });
  const induction = { ...task, inputs: ["1", "2", "13", "4"], outputs: ["1", "2", "3", "4"], message: "m" };
  expect(await grade("induction", `${PROGRAM}\n`, induction)).toMatchObject({ correct: true });
  expect(nothing.jobs).toHaveLength(0);
  expect(await grade("abduction", "23", task)).toMatchObject({ correct: false });
});
