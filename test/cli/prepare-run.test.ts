import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { prepareRun } from "../../src/cli/prepare-run.ts";
import type { ConfigInput } from "../../src/config/schema.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";

test("a best checkpoint by a figure that the run will not have is refused before anything is written", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "run");
  const wanted = (metric: string, more: ConfigInput = {}) =>
    prepareRun({ path, config: makeConfig({ checkpoints: { best: { metric } }, ...more }), resume: false });
  expect(wanted("evaluation")).rejects.toThrow('names "evaluation", which is no figure of a run');
  expect(wanted("evaluation/humaneval/pass@1")).rejects.toThrow("the run does not evaluate that");
  const others = { evaluation: { every: 1, benchmarks: ["gsm8k" as const] } };
  expect(wanted("evaluation/humaneval/pass@1", others)).rejects.toThrow("the run does not evaluate that");
  expect(existsSync(path)).toBe(false);
});

test("a damaged file of evaluation.data is told before anything is fetched or written", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "run");
  const file = join(folder.path, "mine.jsonl");
  await Bun.write(file, '{"question": "1 and 1?"}\n');
  const evaluation = { every: 1, benchmarks: ["gsm8k" as const], data: { gsm8k: file } };
  const made = prepareRun({ path, config: makeConfig({ evaluation }), resume: false });
  await expect(made).rejects.toThrow("mine.jsonl:1: field answer: expected");
  expect(existsSync(path)).toBe(false);
});
