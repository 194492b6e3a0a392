import { expect, test } from "bun:test";
import { proposeTasks } from "../../../src/selfplay/proposers/propose-task.ts";
import { byteTokenizer } from "../../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../../fixtures/scripted-generator.ts";
import { tableExecutor } from "../../fixtures/table-executor.ts";
import { makeTask } from "../../runs/fixtures.ts";

/** Prompts that a model is given for tasks of a difficulty. */
async function prompts(difficulty: number): Promise<string[]> {
  const generator = scriptedGenerator(() => "");
  const references = [1, 0].flatMap((solveRate) =>
    Array.from({ length: 20 }, (_, i) =>
      makeTask(100 * (1 - solveRate) + i + 1, {
        program: `def f(x):\n    return ${solveRate === 1 ? "'easy'" : "'hard'"} * ${i}`,
        solveRate,
      }),
    ),
  );
  await proposeTasks({ generator, tokenizer: byteTokenizer }, "deduction", 8, {
    difficulty,
    executor: tableExecutor({}),
    references,
    selfplay: { prompt: "full", references: 2, max_prompt_tokens: 20_000 },
  });
  return generator.calls.flat();
}

test("a model asked for a difficulty is told it, and shown earlier tasks that were solved accordingly", async () => {
  const count = (all: string[], word: string) => all.filter((prompt) => prompt.includes(word)).length;
  const easy = await prompts(0.1);
  expect(count(easy, "The subject should succeed in about 90% of the attempts.")).toBe(8);
  expect(count(easy, "'easy'")).toBe(8);
  expect(count(easy, "'hard'")).toBeLessThan(3);
  const hard = await prompts(0.9);
  expect(count(hard, "The subject should succeed in about 10% of the attempts.")).toBe(8);
  expect(count(hard, "'hard'")).toBe(8);
});
