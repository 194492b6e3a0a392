import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openModel } from "../../src/engine/model-host.ts";
import type { EvaluationReport } from "../../src/evaluation/report.ts";
import type { SampleRecord } from "../../src/evaluation/sample-record.ts";
import {
  commitStep,
  evaluations,
  RunDirectory,
  recordCheckpoint,
  setBestCheckpoint,
  writeCheckpoint,
} from "../../src/runs/index.ts";
import { makeCommit, makeConfig, temporaryFolder } from "../runs/fixtures.ts";
import { run, start } from "./command-line.ts";

/** SmolLM2 on sums: what an evaluation leaves when it is cut off, and how results are set side by side. */
setDefaultTimeout(240_000);
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const cwd = folder.path;

const data = join(cwd, "sums.jsonl");
const rows = Array.from({ length: 20 }, (_, i) => ({
  question: `What is ${i + 2} and ${3 * i + 1}?`,
  answer: `#### ${4 * i + 3}`,
}));
await Bun.write(data, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
const sums = ["--benchmark", "gsm8k", "--data", data, "--max-tokens", "12"];
const sampled = ["eval", ...sums, "--samples", "2", "--k", "1,2", "--seed", "3", "--json"];

function samplesIn(directory: string): SampleRecord[] {
  const samples = join(cwd, directory, "samples");
  const [file] = existsSync(samples) ? readdirSync(samples) : [];
  if (file === undefined) return [];
  const lines = readFileSync(join(samples, file), "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

/** Starts an evaluation and ends it when some samples, not all, are on disk. */
async function cutOff(directory: string, signal: "SIGKILL" | "SIGINT") {
  const child = start([...sampled, "--output_dir", directory], { cwd });
  while (samplesIn(directory).length < 6 && child.exitCode === null) await Bun.sleep(5);
  child.kill(signal);
  const [stdout, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  return { stdout, code, records: samplesIn(directory) };
}

const byPlace = (records: readonly SampleRecord[]) =>
  records.toSorted((a, b) => a.task_id.localeCompare(b.task_id) || a.sample - b.sample);

test("an evaluation killed in its midst makes the missing samples alone, and comes out as one that was not", async () => {
  const killed = await cutOff("killed", "SIGKILL");
  expect(killed.records.length).toBeWithin(6, 40);
  const resumed = await run([...sampled, "--output_dir", "killed"], { cwd });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stderr).toContain(`Going on with ${killed.records.length} samples`);
  expect(samplesIn("killed").slice(0, killed.records.length)).toEqual(killed.records);
  const whole = await run([...sampled, "--output_dir", "whole"], { cwd });
  expect(byPlace(samplesIn("killed"))).toEqual(byPlace(samplesIn("whole")));
  const [one, other] = [resumed, whole].map(({ stdout }) => JSON.parse(stdout) as EvaluationReport);
  expect(one?.scores).toEqual(other?.scores as EvaluationReport["scores"]);
  expect(one?.outcomes).toHaveLength(20);
  const made = other?.times?.tokens ?? 0;
  expect(one?.times?.tokens).toBe(made - killed.records.reduce((sum, { tokens }) => sum + tokens, 0));
});

test("Ctrl-C leaves a result that says it is partial", async () => {
  const { stdout, code, records } = await cutOff("ended", "SIGINT");
  expect(code).toBe(130);
  const report = JSON.parse(stdout) as EvaluationReport;
  expect(report).toMatchObject({ partial: true, samples: records.length });
  expect(report.samples).toBeWithin(6, 40);
  const file = join(cwd, "ended", "evaluation_results");
  expect(JSON.parse(readFileSync(`${file}.json`, "utf8"))).toEqual(report);
  expect(readFileSync(`${file}.md`, "utf8")).toContain("Partial: ended before every sample was judged.");
});

/** A run with two checkpoints whose adapters have learnt nothing yet. */
async function untrainedRun(): Promise<RunDirectory> {
  const config = makeConfig({
    model: { source: "smollm2-135m" },
    adapter: { type: "lora", rank: 4, alpha: 8 },
  });
  const created = RunDirectory.create(join(cwd, "runs", "first"), config);
  const { model, adapter, training, seed } = config;
  await using host = await openModel({ source: model.source, learner: { adapter, training, seed } });
  using database = created.openDatabase();
  mkdirSync(created.checkpointsPath, { recursive: true });
  for (const step of [1, 2]) {
    commitStep(database, makeCommit(step));
    recordCheckpoint(
      database,
      await writeCheckpoint(created.checkpointsPath, step, (path) => host.save(path)),
      3,
    );
  }
  setBestCheckpoint(database, { step: 1, metric: "evaluation/gsm8k/pass@1", value: 0.5 }, 3);
  return created;
}

test("checkpoints of a run beside its base: adapters that have learnt nothing change no problem", async () => {
  const trained = await untrainedRun();
  const few = [...sums, "--limit", "6", "--json"];
  const all = await run(["eval", "first", ...few, "--checkpoints", "all", "--baseline", "base"], { cwd });
  expect(all.code, all.stderr).toBe(0);
  const report = JSON.parse(all.stdout) as EvaluationReport;
  expect(report.checkpoints?.map(({ step }) => step)).toEqual([0, 1, 2]);
  expect(report.model).toBe("first checkpoint-2");
  expect(report.comparison).toMatchObject({ problems: 6, gained: [], lost: [], mcnemar: { p: 1 } });
  expect(report.comparison?.rows[0]?.difference.value).toBe(0);
  expect(readdirSync(join(trained.path, "logs")).sort()).toEqual([
    ...["evaluation_results-gsm8k.html", "evaluation_results-gsm8k.json", "evaluation_results-gsm8k.md"],
    ...["evaluation_results.html", "evaluation_results.json", "evaluation_results.md", "samples"],
  ]);
  using database = trained.openDatabase({ readonly: true });
  expect(evaluations(database, "gsm8k").map(({ step }) => step)).toEqual([2, 1]);

  const best = await run(["eval", "first", ...few, "--checkpoint", "best", "--baseline", "first"], { cwd });
  expect(best.code, best.stderr).toBe(0);
  const beside = JSON.parse(best.stdout) as EvaluationReport;
  expect(beside.comparison).toMatchObject({
    ...{ model: "first checkpoint-1", baseline: "first checkpoint-2", problems: 6, differences: [] },
  });
});
