import { afterAll, expect, test } from "bun:test";
import { closeSync, cpSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
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

  expect(result.setup).toEqual({ version: packageJson.version, data, shots: 0 });
  // The same file with another text of the problem: what was sampled of the former is not taken up.
  await Bun.write(data, `${JSON.stringify({ ...ROWS.gsm8k[0], question: "What is 1 and 1?" })}\n`);
  const other = await run([...args, ...short], { cwd });
  expect(other.code, other.stderr).toBe(0);
  expect(other.stderr).not.toContain("Going on");

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

test("weights written over in place are sampled anew; each benchmark keeps its result", async () => {
  const tiny = new URL("../../models/tiny/", import.meta.url).pathname;
  const model = join(cwd, "model");
  cpSync(tiny, model, { recursive: true });
  const args = ["eval", model, "--limit", "1", "--max-tokens", "4", "--output_dir", "own", "--json"];
  expect((await run(args, { cwd })).code).toBe(0);
  expect((await run(args, { cwd })).stderr).toContain("Going on with 1 samples");
  const weights = join(model, "model.safetensors");
  const bytes = readFileSync(weights);
  bytes[bytes.length - 1000] = (bytes[bytes.length - 1000] ?? 0) ^ 1;
  const file = openSync(weights, "r+");
  writeSync(file, bytes);
  closeSync(file);
  const anew = await run(args, { cwd });
  expect(anew.code, anew.stderr).toBe(0);
  expect(anew.stderr).not.toContain("Going on");
  expect((await run([...args, "--benchmark", "tiny-heldout"], { cwd })).code).toBe(0);
  const named = (name: string) => Bun.file(join(cwd, "own", name)).json();
  expect(await named("evaluation_results-azr-mini.json")).toEqual(JSON.parse(anew.stdout));
  expect(await named("evaluation_results.json")).toMatchObject({ benchmark: "tiny-heldout" });
}, 120_000);

test("samples made elsewhere: each one's verdict beside their file", async () => {
  const [row] = ROWS.humaneval as [{ task_id: string; canonical_solution: string }];
  await Bun.write(join(cwd, "problems.jsonl"), `${JSON.stringify(row)}\n`);
  const completions = ["    return xs\n", row.canonical_solution];
  const lines = completions.map((completion) => `${JSON.stringify({ task_id: row.task_id, completion })}\n`);
  await Bun.write(join(cwd, "made.jsonl"), lines.join(""));
  const args = ["eval", "--completions", "made.jsonl", "--data", "problems.jsonl", "--json"];
  const { code, stdout, stderr } = await run(args, { cwd });
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ settings: null, setup: { data: "problems.jsonl" }, passed: 1 });
  const written = (await Bun.file(join(cwd, "made.jsonl_results.jsonl")).text()).trim().split("\n");
  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    { task_id: row.task_id, sample: 0, passed: false, verdict: "wrong-answer" },
    { task_id: row.task_id, sample: 1, passed: true, verdict: "ok", error: "" },
  ]);
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
