import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { ROWS } from "../evaluation/samples-of.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { run } from "./command-line.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const cwd = folder.path;

test("eval of another benchmark in the chat format goes on where it was; samples alone are not judged", async () => {
  const data = join(cwd, "gsm8k.jsonl");
  await Bun.write(data, `${JSON.stringify(ROWS.gsm8k[0])}\n`);
  const args = ["eval", "--model", "smollm2-135m", "--benchmark", "gsm8k", "--data", data];
  const short = ["--format", "chat", "--max-tokens", "8", "--json"];
  const first = await run([...args, ...short], { cwd });
  expect(first.code, first.stderr).toBe(0);
  const result = JSON.parse(first.stdout);
  expect(result).toMatchObject({
    benchmark: "gsm8k",
    problems: 1,
    samples: 1,
    settings: { format: "chat", maxTokens: 8 },
  });
  expect(result.scores["pass@1"].value).toBe(result.passed);
  const again = await run([...args, ...short], { cwd });
  expect(again.stderr).toContain("Going on with 1 samples");
  expect(JSON.parse(again.stdout).scores).toEqual(result.scores);

  const only = await run([...args, ...short, "--samples-only"], { cwd });
  expect(only.code, only.stderr).toBe(0);
  const { samplesFile } = JSON.parse(only.stdout);
  const [line = ""] = (await Bun.file(join(cwd, samplesFile)).text()).split("\n");
  expect(JSON.parse(line)).toMatchObject({
    task_id: "GSM8K/0",
    passed: null,
    verdict: "not-judged",
    tokens: 8,
  });
}, 120_000);

test("eval without a benchmark scores azr-mini and says how to go on", async () => {
  const made = await run(["eval", "--limit", "2", "--max-tokens", "4"], { cwd });
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toMatch(/^azr-mini of tiny: \d of 2 samples passed \(2 problems\)/);
  expect(made.stderr).toContain("To go on:\n  azr-tui eval --benchmark humaneval");
  const named = await run(["eval", "--limit", "2", "--max-tokens", "4", "--benchmark", "azr-mini"], { cwd });
  expect(named.code, named.stderr).toBe(0);
  expect(named.stdout).toContain("2 samples");
  expect(named.stderr).not.toContain("To go on");
}, 120_000);
