import { expect, test } from "bun:test";
import type { ConfigInput } from "../../src/config/schema.ts";
import { ConfigError } from "../../src/errors/index.ts";
import { createSelfPlay } from "../../src/selfplay/self-play.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";
import { tableExecutor } from "../fixtures/table-executor.ts";
import { makeConfig, makeTask } from "../runs/fixtures.ts";

const long = (n: number) => `def f(x):\n${`    x = x + ${n}\n`.repeat(150)}    return x`;

/** A run with 99 programs that no induction prompt has room for, and some that it has. */
function play(selfplay: ConfigInput["selfplay"], short = 0) {
  const tasks = Array.from({ length: 99 + short }, (_, i) =>
    makeTask(i + 2, { type: "abduction", ...(i < 99 ? { program: long(i) } : {}) }),
  );
  const generator = scriptedGenerator(() => "");
  const selfPlay = createSelfPlay({
    config: makeConfig({
      selfplay: {
        tasks: ["abduction", "induction"],
        prompt: "compact",
        proposals: 8,
        tasks_per_step: 1,
        references: 0,
        estimation_samples: 2,
        max_prompt_tokens: 1500,
        ...selfplay,
      },
    }),
    generator,
    executor: tableExecutor({}),
    tokenizer: byteTokenizer,
    store: { tasks: () => [...tasks, makeTask(300, { type: "induction" })] },
  });
  const inductions = () => (generator.calls[0] ?? []).filter((prompt) => prompt.endsWith("What it does:"));
  return { selfPlay, inductions };
}

test("an induction's prompt that fits no program drawn is that of the identity: no step is lost", async () => {
  const { selfPlay, inductions } = play({});
  const outcome = await selfPlay.step(1);
  expect(inductions().length).toBe(8);
  for (const prompt of inductions()) {
    expect(prompt.length).toBeLessThanOrEqual(1500);
    expect(prompt).toContain("def f(a):\n    return a\n");
  }
  expect(outcome.metrics["propose/induction/redraws"]).toBe(8 * (4 + 64));
  expect(outcome.metrics["propose/induction/left_out"]).toBeUndefined();
});

test("before that, other programs are looked through, the same ones at every time", async () => {
  const one = play({}, 6);
  await one.selfPlay.step(1);
  const identities = one.inductions().filter((prompt) => prompt.includes("def f(a):\n    return a\n"));
  expect(identities.length).toBeLessThan(4);
  const again = play({}, 6);
  await again.selfPlay.step(1);
  expect(again.inductions()).toEqual(one.inductions());
});

test.each([
  [{ max_prompt_tokens: 5 }, /shortest induction prompt of the proposer has \d+ tokens/],
  [
    { max_prompt_tokens: 5, tasks: ["abduction"], proposer: { type: "template" } },
    /shortest abduction prompt of the solver \(direct\)/,
  ],
  [{ prompt: "tagged", composites: { probability: 0.5 } }, /style tagged have no text for composites/],
] as const)(
  "what no prompt can be made for is refused before anything is stored: %j",
  (selfplay, message) => {
    const make = () => play(selfplay as ConfigInput["selfplay"]);
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(message);
  },
);

test("the refusal names the length that is enough", () => {
  const refused = (most: number): unknown => {
    try {
      return play({ max_prompt_tokens: most });
    } catch (error) {
      return error;
    }
  };
  const error = refused(5);
  expect(error).toBeInstanceOf(ConfigError);
  const enough = Number(/to (\d+) or more/.exec((error as ConfigError).mend ?? "")?.[1]);
  expect(refused(enough - 1)).toBeInstanceOf(ConfigError);
  expect(refused(enough)).not.toBeInstanceOf(ConfigError);
});
