import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Benchmark, Problem } from "../../src/evaluation/benchmark.ts";
import {
  countByProblem,
  type EvaluationProgress,
  evaluate,
  type SamplingSettings,
  scoreCompletions,
} from "../../src/evaluation/evaluate.ts";
import { summarise } from "../../src/evaluation/result.ts";
import { SampleFile } from "../../src/evaluation/samples.ts";
import type { GenerationRequest } from "../../src/interfaces/generator.ts";
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

test("samples made elsewhere: completions and whole solutions; an unknown problem is named", async () => {
  const completions = [
    { task_id: "b", completion: "wrong" },
    { task_id: "a", completion: "right" },
    { task_id: "b", solution: "right" },
  ];
  const records = await scoreCompletions({ benchmark, completions, executor: judge() });
  expect(records.map(({ task_id, sample, passed }) => [task_id, sample, passed])).toEqual([
    ["a", 0, true],
    ["b", 0, false],
    ["b", 1, true],
  ]);
  const unknown = [{ task_id: "z", completion: "right" }];
  expect(scoreCompletions({ benchmark, completions: unknown, executor: judge() })).rejects.toThrow('"z"');
  const result = summarise(benchmark, records, [1], {
    ...{ model: "elsewhere", settings: null, samplesFile: "x.jsonl", seconds: 1 },
  });
  expect(result).toMatchObject({ problems: 2, samples: 3, passed: 2, verdicts: { ok: 2, exception: 1 } });
  expect(result.scores["pass@1"]?.value).toBe(0.75);
});
