import { expect, test } from "bun:test";
import * as v from "valibot";
import { type ConfigInput, ConfigSchema } from "../../../src/config/schema.ts";
import { createSelfPlay } from "../../../src/selfplay/self-play.ts";
import { readErrorName } from "../../../src/selfplay/tasks/error-deduction.ts";
import { byteTokenizer } from "../../fixtures/byte-tokenizer.ts";
import { type Script, scriptedGenerator } from "../../fixtures/scripted-generator.ts";
import { tableExecutor } from "../../fixtures/table-executor.ts";

function play(selfplay: ConfigInput["selfplay"], script: Script) {
  const generator = scriptedGenerator(script);
  const config = v.parse(ConfigSchema, {
    selfplay: {
      prompt: "compact",
      proposals: 2,
      tasks_per_step: 2,
      references: 6,
      estimation_samples: 2,
      reuse_estimates: true,
      seed_tasks: 0,
      ...selfplay,
    },
  });
  const selfPlay = createSelfPlay({
    config,
    generator,
    executor: tableExecutor({}),
    tokenizer: byteTokenizer,
    store: { tasks: () => [] },
  });
  return { generator, selfPlay };
}

/** Each problem is new: the answer is its number. */
function problems(): Script {
  let next = 0;
  return (prompt, index) => {
    if (/# Problem \d+\n$/.test(prompt)) return `What is ${++next} apples?\nAnswer: ${next}\n\n# Problem 9`;
    return index === 0 ? ` ${/What is (\d+) apples\?\nAnswer:$/.exec(prompt)?.[1] ?? "31"}\n` : " no idea\n";
  };
}

test("mathematics: the proposer's answer is the expected one, and a step has all of its figures", async () => {
  const { generator, selfPlay } = play({ tasks: ["mathematics"] }, problems());
  const seeds = await selfPlay.seed();
  expect(seeds.tasks.map(({ id, type, outputs }) => [id, type, outputs])).toEqual([
    [1, "mathematics", ["31"]],
  ]);
  const outcome = await selfPlay.step(1);
  expect(outcome.tasks.map(({ program, inputs, outputs }) => [program, inputs, outputs])).toEqual([
    ["What is 1 apples?", [], ["1"]],
    ["What is 2 apples?", [], ["2"]],
  ]);
  expect(outcome.metrics).toMatchObject({
    "propose/mathematics/validity": 1,
    "propose/mathematics/unique": 1,
    "propose/mathematics/redraws": 0,
    "solve/mathematics/solve_rate": 0.5,
    "solve/mathematics/verdict/not-number": 2,
    "buffer/mathematics/tasks": 3,
  });
  expect(outcome.rollouts[0]?.answer).toBe("What is 1 apples?\n\nAnswer: 1");
  for (let step = 2; step < 5; step++) await selfPlay.step(step);
  // Three references at most, whatever selfplay.references says; two worked examples stand after them.
  const shown = (generator.calls.at(-2)?.[0] ?? "").match(/^Answer:/gm);
  expect(shown?.length).toBe(5);
});

test("every type has seeds of its own; only deduction and abduction share theirs", async () => {
  const { selfPlay } = play(
    { tasks: ["mathematics", "deduction", "error-deduction", "abduction"], seed_tasks: 2 },
    problems(),
  );
  const { tasks } = await selfPlay.seed();
  const count = (type: string) => tasks.filter((task) => task.type === type).length;
  // No program of the script runs: the identity is all there is of the other types.
  expect(["mathematics", "deduction", "error-deduction", "abduction"].map(count)).toEqual([2, 1, 1, 1]);
});

test("a prompt that would not fit is drawn with other references, then fewer, and counted; none is cut", async () => {
  let next = 0;
  const long = (n: number) => `What is ${n} ${"apples ".repeat(n % 2 ? 60 : 1)}?`;
  const { generator, selfPlay } = play(
    { tasks: ["mathematics"], proposals: 8, max_prompt_tokens: 900 },
    (prompt) =>
      /# Problem \d+\n$/.test(prompt) ? `${long(++next)}\nAnswer: ${next}\n\n# Problem 9` : " 1\n",
  );
  await selfPlay.seed();
  await selfPlay.step(1);
  const outcome = await selfPlay.step(2);
  expect(outcome.metrics["propose/mathematics/redraws"]).toBeGreaterThan(0);
  const prompts = generator.calls.at(-2) ?? [];
  expect(prompts.length).toBe(8);
  const whole = new Set([...Array(next)].map((_, i) => long(i + 1)));
  let references = 0;
  for (const prompt of prompts) {
    expect(prompt.length).toBeLessThanOrEqual(900);
    for (const line of prompt.split("\n").filter((each) => each.startsWith("What is"))) {
      references++;
      expect(whole.has(line)).toBe(true);
    }
  }
  expect(references).toBeGreaterThan(0);
});

test.each([
  ["ValueError", "ValueError"],
  [" ValueError: invalid literal for int()", "ValueError"],
  ["json.decoder.JSONDecodeError", "JSONDecodeError"],
  ["`KeyError`", "KeyError"],
  ["'KeyError'.", "KeyError"],
  ["NoError", "NoError"],
  ["IndexError()", "IndexError"],
  ["", undefined],
  ["42", undefined],
  ["<error>", undefined],
  ["Value-Error", undefined],
  ["Error in line 2", undefined],
  ["Output:\nValueError", undefined],
])("the error that %j names: %s", (answer, name) => {
  expect(readErrorName(answer)).toBe(name);
});
