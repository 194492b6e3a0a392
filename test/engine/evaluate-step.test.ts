import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigInput } from "../../src/config/schema.ts";
import { evaluateStep } from "../../src/engine/evaluate-step.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";
import { tableExecutor } from "../fixtures/table-executor.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";

const row = (question: string, answer: number) =>
  `${JSON.stringify({ question, answer: `#### ${answer}` })}\n`;

/** Evaluates one step of a run on GSM8K problems of a file, of which a model that says 4 solves some. */
async function evaluated(folder: string, evaluation: ConfigInput["evaluation"]) {
  const generator = scriptedGenerator(() => "#### 4");
  const { evaluation: stored, samples } = await evaluateStep({
    config: makeConfig({ evaluation: { benchmarks: ["gsm8k"], ...evaluation } }),
    ...{ benchmark: "gsm8k", step: 3, finishedAt: 5, directory: folder, contextLength: 1000 },
    ...{ generator, tokenizer: byteTokenizer, executor: tableExecutor({}) },
    ...{ onProgress: () => undefined, signal: new AbortController().signal },
  });
  return { stored, samples, prompts: generator.calls.flat() };
}

test("evaluation.data names a file of the user's own, which is read in place of the fetched data", async () => {
  using folder = temporaryFolder();
  const [mine, other] = ["mine.jsonl", "other.jsonl"].map((name) => join(folder.path, name)) as [
    string,
    string,
  ];
  writeFileSync(mine, row("2 and 2?", 4) + row("2 and 3?", 5) + row("1 and 3?", 4));
  writeFileSync(other, row("0 and 0?", 0));
  const all = await evaluated(folder.path, { data: { gsm8k: mine } });
  expect(all.prompts.map((prompt) => prompt.split("\n")[0])).toEqual([
    "Question: 2 and 2?",
    "Question: 2 and 3?",
    "Question: 1 and 3?",
  ]);
  expect(all.stored).toMatchObject({ step: 3, scores: { "pass@1": 2 / 3, problems: 3, passed: 2 } });
  expect(all.samples.map(({ problem, passed }) => [problem, passed])).toEqual([
    ["GSM8K/0", true],
    ["GSM8K/1", false],
    ["GSM8K/2", true],
  ]);
  // The step's samples are there: of the same file none is made again, of another one all are.
  expect((await evaluated(folder.path, { data: { gsm8k: mine } })).prompts).toEqual([]);
  const changed = await evaluated(folder.path, { data: { gsm8k: other } });
  expect(changed.stored.scores).toMatchObject({ "pass@1": 0, problems: 1 });
  const few = await evaluated(folder.path, { data: { gsm8k: mine }, limit: 1 });
  expect(few.stored.scores).toMatchObject({ "pass@1": 1, problems: 1 });
});
