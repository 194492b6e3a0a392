import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "../../src/errors/index.ts";
import type { Benchmark, Problem } from "../../src/evaluation/benchmark.ts";
import {
  type EvaluationProgress,
  type EvaluationTimes,
  evaluate,
  type SamplingSettings,
} from "../../src/evaluation/evaluate.ts";
import { summarise } from "../../src/evaluation/result.ts";
import { SampleFile } from "../../src/evaluation/sample-file.ts";
import { countByProblem } from "../../src/evaluation/sample-record.ts";
import type { GenerationRequest } from "../../src/interfaces/generator.ts";
import { Room } from "../../src/sandbox/room.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";
import { tableExecutor } from "../fixtures/table-executor.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const problems: Problem[] = ["a", "b", "c"].map((id) => ({
  id,
  prompt: `solve ${id} \n`,
  request: `please solve ${id}`,
  reference: "right",
}));

/** A completion is a program in the executor's table; `right` is the one that passes. */
const benchmark: Benchmark = {
  name: "scripted",
  problems,
  stop: ["\nstop"],
  maxTokens: { raw: 20, chat: 20, azr: 20 },
  answer: (_, text) => text,
  judge: async (_, program, { executor, signal }) => {
    const result = await executor.run({ program, calls: ["f(1)"] }, signal);
    return { passed: result.verdict === "ok", verdict: result.verdict, error: "" };
  },
};
const judge = () => tableExecutor({ right: (x) => x as never, wrong: () => "exception" });
const settings: SamplingSettings = { samples: 2, temperature: 0.8, topP: 1, maxTokens: 20, seed: 7 };
const samplesFile = (folder: string) => SampleFile.open(join(folder, "samples.jsonl"));

/** Problem b is solved by its first sample only, the others never. */
function model() {
  const requests: GenerationRequest[] = [];
  const generator = scriptedGenerator((prompt, sample, request) => {
    requests.push(request);
    return prompt === "solve b" && sample === 0 ? "right\nstop here" : "wrong";
  });
  return { generator, requests };
}

test("every sample is judged, in the problems' order; prompts are cut and seeds derive from the problem", async () => {
  using folder = temporaryFolder();
  const { generator, requests } = model();
  const seen: EvaluationProgress[] = [];
  const records = await evaluate({
    ...{ benchmark, generator, tokenizer: byteTokenizer, executor: judge(), settings },
    file: await samplesFile(folder.path),
    hooks: { onProgress: (progress) => seen.push(progress) },
  });
  expect(records.map(({ task_id, sample, passed }) => [task_id, sample, passed])).toEqual([
    ["a", 0, false],
    ["a", 1, false],
    ["b", 0, true],
    ["b", 1, false],
    ["c", 0, false],
    ["c", 1, false],
  ]);
  expect(records[2]).toMatchObject({
    completion: "right",
    solution: "right",
    verdict: "ok",
    finish: "stop",
  });
  expect(generator.calls).toEqual([["solve a", "solve b", "solve c"]]);
  expect(new Set(requests.map(({ seed }) => seed)).size).toBe(3);
  expect(seen[0]).toMatchObject({ judged: 0, total: 6, passed: 0 });
  expect(seen.at(-1)).toMatchObject({ judged: 6, total: 6, passed: 1 });
  expect(countByProblem(benchmark, records).map(({ passed }) => passed)).toEqual([0, 1, 0]);
});

test("samples on disk are not made again: of a problem that lacks one, that one alone is", async () => {
  using folder = temporaryFolder();
  const parts = { benchmark, tokenizer: byteTokenizer, executor: judge(), settings };
  const whole = await evaluate({
    ...parts,
    generator: model().generator,
    file: await samplesFile(folder.path),
  });
  const path = join(folder.path, "samples.jsonl");
  const lines = (await Bun.file(path).text()).split("\n");
  await Bun.write(
    path,
    `${lines.filter((line) => line && !/"b".*"sample":1/.test(line)).join("\n")}\n{"task_`,
  );
  const { generator, requests } = model();
  const resumed = await evaluate({ ...parts, generator, file: await samplesFile(folder.path) });
  expect(generator.calls).toEqual([["solve b"]]);
  expect(requests.map(({ firstSample, samples }) => [firstSample, samples])).toEqual([[1, 1]]);
  expect(resumed).toEqual(whole);
  expect((await samplesFile(folder.path)).records).toHaveLength(6);
});

test("what was judged before an abort is on disk", async () => {
  using folder = temporaryFolder();
  const abort = new AbortController();
  const { generator } = model();
  const evaluation = evaluate({
    ...{ benchmark, generator, tokenizer: byteTokenizer, executor: judge(), settings },
    file: await samplesFile(folder.path),
    hooks: {
      signal: abort.signal,
      onProgress: ({ judged }) => judged === 2 && abort.abort(new Error("enough")),
    },
  });
  await expect(evaluation).rejects.toThrow("enough");
  expect((await samplesFile(folder.path)).records.length).toBeGreaterThanOrEqual(2);
});

test("without an executor samples are written and none is judged", async () => {
  using folder = temporaryFolder();
  const records = await evaluate({
    ...{ benchmark, generator: model().generator, tokenizer: byteTokenizer, executor: null, settings },
    file: await samplesFile(folder.path),
  });
  expect(records).toHaveLength(6);
  expect(records[2]).toMatchObject({ completion: "right", passed: null, verdict: "not-judged" });
});

test("other bars and groups of problems have scores of their own", () => {
  const grouped = {
    ...benchmark,
    problems: problems.map((problem, i) => ({ ...problem, group: i === 0 ? "easy" : "hard" })),
  };
  const record = (task_id: string, passed: boolean, base: boolean) => ({
    ...{ task_id, completion: "", solution: "", sample: 0, passed, verdict: "", error: "", tokens: 0 },
    ...{ finish: "end", aspects: { base } },
  });
  const records = [record("a", true, true), record("b", false, true), record("c", false, false)];
  const about = { model: "m", settings: null, samplesFile: "", seconds: 1 };
  const { scores } = summarise(grouped, records, [1], about);
  expect(Object.entries(scores).map(([name, { value }]) => [name, value])).toEqual([
    ["pass@1", 1 / 3],
    ["base/pass@1", 2 / 3],
    ["easy/pass@1", 1],
    ["hard/pass@1", 0],
  ]);
});

test("a prompt that is longer than the model reads fails alone, and is not put to it", async () => {
  using folder = temporaryFolder();
  const long = {
    ...benchmark,
    problems: problems.map((p) => (p.id === "b" ? { ...p, prompt: "b".repeat(99) } : p)),
  };
  const { generator } = model();
  const records = await evaluate({
    ...{
      benchmark: long,
      generator,
      tokenizer: byteTokenizer,
      executor: judge(),
      settings,
      contextLength: 99,
    },
    file: await samplesFile(folder.path),
  });
  expect(generator.calls).toEqual([["solve a", "solve c"]]);
  expect(records).toHaveLength(6);
  expect(records.filter(({ verdict }) => verdict === "prompt-too-long")).toMatchObject([
    {
      task_id: "b",
      sample: 0,
      passed: false,
      tokens: 0,
      error: "a prompt of 99 tokens, and the model reads 99",
    },
    { task_id: "b", sample: 1, passed: false },
  ]);
  const only = await evaluate({
    ...{ benchmark: long, generator, tokenizer: byteTokenizer, executor: null, settings, contextLength: 99 },
    file: await SampleFile.open(join(folder.path, "only.jsonl")),
  });
  expect(only[2]).toMatchObject({ task_id: "b", passed: null, verdict: "not-judged", completion: "" });
});

test("an evaluation ends as soon as its samples cannot be written, and says what to do", async () => {
  using folder = temporaryFolder();
  const file = await SampleFile.open(join(folder.path, "samples", "some.jsonl"));
  rmSync(join(folder.path, "samples"), { recursive: true });
  const evaluation = evaluate({
    ...{
      benchmark,
      generator: model().generator,
      tokenizer: byteTokenizer,
      executor: judge(),
      settings,
      file,
    },
  });
  const failure = await evaluation.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RunError);
  expect(failure).toMatchObject({
    message: expect.stringContaining("some.jsonl"),
    mend: expect.stringContaining("--output_dir"),
  });
});

test("where the time went: the share of grading is what generation did not hide", async () => {
  using folder = temporaryFolder();
  const times: EvaluationTimes[] = [];
  await evaluate({
    ...{ benchmark, generator: model().generator, tokenizer: byteTokenizer, executor: judge(), settings },
    file: await samplesFile(folder.path),
    hooks: { onTimes: (taken) => times.push(taken) },
  });
  const [{ generation, grading, gradingShare, tokens } = {} as EvaluationTimes] = times;
  expect(gradingShare).toBe(grading / (generation + grading));
  expect(tokens).toBeGreaterThan(0);
});

test("samples are judged a few at a time: each awaits its place in the sandbox", async () => {
  using folder = temporaryFolder();
  const room = new Room(4);
  let inside = 0;
  let most = 0;
  const table = judge();
  const executor = {
    ...table,
    room: (signal?: AbortSignal) => room.enter(signal),
    async run(...[job, signal]: Parameters<typeof table.run>) {
      most = Math.max(most, ++inside);
      await Bun.sleep(1);
      inside--;
      return await table.run(job, signal);
    },
  };
  const { generator } = model();
  const records = await evaluate({
    ...{ benchmark, generator, tokenizer: byteTokenizer, executor, settings: { ...settings, samples: 200 } },
    file: await samplesFile(folder.path),
  });
  expect([records.length, records.filter((record) => record.passed).length]).toEqual([600, 1]);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(4);
});
