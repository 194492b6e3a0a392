import { afterAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ConfigError, ModelLoadError } from "../../src/errors/index.ts";
import type { Benchmark } from "../../src/evaluation/benchmark.ts";
import { firstProblems } from "../../src/evaluation/benchmark.ts";
import { checkCompletions, readCompletions, scoreCompletions } from "../../src/evaluation/foreign-samples.ts";
import { verdictsFile, writeVerdicts } from "../../src/evaluation/foreign-verdicts.ts";
import { summarise } from "../../src/evaluation/result.ts";
import { tableExecutor } from "../fixtures/table-executor.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const write = (name: string, content: string | Uint8Array) => {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
};

const benchmark: Benchmark = {
  name: "scripted",
  problems: ["a", "b", "c"].map((id) => ({ id, prompt: "", request: "", reference: "" })),
  stop: [],
  maxTokens: { raw: 20, chat: 20, azr: 20 },
  answer: (_, text) => text,
  judge: async (_, program, { executor, signal }) => {
    const { verdict } = await executor.run({ program, calls: ["f(1)"] }, signal);
    return { passed: verdict === "ok", verdict, error: "" };
  },
};
const executor = () => tableExecutor({ right: (x) => x as never, wrong: () => "exception" });
const about = { model: "elsewhere", settings: null, samplesFile: "x.jsonl", seconds: 1 };

test("completions and whole solutions are judged; several of a problem are its samples", async () => {
  const completions = [
    { task_id: "b", completion: "wrong" },
    { task_id: "a", completion: "right" },
    { task_id: "b", solution: "right" },
  ];
  const records = await scoreCompletions({ benchmark, completions, executor: executor() });
  expect(records.map(({ task_id, sample, passed }) => [task_id, sample, passed])).toEqual([
    ["a", 0, true],
    ["b", 0, false],
    ["b", 1, true],
  ]);
  const unknown = [{ task_id: "z", completion: "right" }];
  expect(scoreCompletions({ benchmark, completions: unknown, executor: executor() })).rejects.toThrow('"z"');
  const result = summarise(benchmark, records, [1], about);
  expect(result).toMatchObject({ problems: 2, missing: 1, samples: 3, passed: 2 });
  expect(result.verdicts).toEqual({ ok: 2, exception: 1 });
  expect(result.scores["pass@1"]?.value).toBe(0.75);
});

test("more samples than are judged at one time are all judged, and each keeps its place", async () => {
  const completions = Array.from({ length: 200 }, (_, i) => ({
    task_id: "a",
    completion: i % 4 === 0 ? "right" : "wrong",
  }));
  const records = await scoreCompletions({ benchmark, completions, executor: executor() });
  expect(records.map(({ sample }) => sample)).toEqual(completions.map((_, i) => i));
  expect(records.map(({ passed }) => passed)).toEqual(completions.map((_, i) => i % 4 === 0));
});

test("when it is aborted the records of those judged until then come back", async () => {
  const abort = new AbortController();
  const completions = Array.from({ length: 200 }, () => ({ task_id: "a", completion: "right" }));
  const records = await scoreCompletions({
    ...{ benchmark, completions, executor: executor() },
    hooks: { signal: abort.signal, onProgress: ({ judged }) => judged === 5 && abort.abort() },
  });
  expect(records.length).toBeWithin(5, 200);
  const broken = { ...executor(), run: async () => Promise.reject(new Error("no sandbox")) };
  expect(scoreCompletions({ benchmark, completions, executor: broken })).rejects.toThrow("no sandbox");
});

test("samples of unknown problems, or too few of one for a k, are refused before anything is judged", async () => {
  const lines = [
    { task_id: "a", completion: "1" },
    { task_id: "a", completion: "2" },
    { task_id: "b", completion: "3" },
  ].map((line) => JSON.stringify(line));
  const samples = await readCompletions(write("samples.jsonl", lines.join("\n")));
  const check = (ks: number[], limit = 0) =>
    checkCompletions(samples, benchmark, firstProblems(benchmark, limit), ks).map((one) => one.completion);
  expect(check([1])).toEqual(["1", "2", "3"]);
  expect(check([1, 2], 1)).toEqual(["1", "2"]);
  expect(() => check([1, 2])).toThrow(ConfigError);
  expect(() => check([1, 2])).toThrow("pass@2 needs at least 2 samples of each problem, and b has 1 of them");
  const foreign = await readCompletions(
    write("foreign.jsonl", `${lines[0]}\n\n{"task_id":"z","solution":""}`),
  );
  expect(() => checkCompletions(foreign, benchmark, benchmark, [1])).toThrow(ModelLoadError);
  expect(() => checkCompletions(foreign, benchmark, benchmark, [1])).toThrow(
    /foreign\.jsonl:3 names "z", which is no problem of scripted/,
  );
  const last = samples.filter(({ task_id }) => task_id === "b");
  expect(() => checkCompletions(last, benchmark, firstProblems(benchmark, 1), [1])).toThrow(
    "first 1 problems",
  );
});

const GOOD = `${JSON.stringify({ task_id: "a", completion: "x" })}\n`;
test.each([
  ["malformed.jsonl", `${GOOD}{"task_id": "a", "completion"\n`, /malformed\.jsonl:2 is not JSON/],
  ["cut.jsonl", GOOD + GOOD.slice(0, 12), /cut\.jsonl:2 is not JSON[\s\S]*/],
  ["field.jsonl", `${GOOD}{"completion": "x"}\n`, /field\.jsonl:2: field task_id: expected/],
  ["neither.jsonl", '{"task_id": "a"}\n', /neither\.jsonl:1: field the record: expected a completion or/],
  ["number.jsonl", '{"task_id": "a", "completion": 3}\n', /number\.jsonl:1: field completion: expected/],
  ["list.jsonl", "[1]\n", /list\.jsonl:1: field/],
  ["empty.jsonl", "", /empty\.jsonl holds no records/],
  ["blank.jsonl", "\n \n", /blank\.jsonl holds no records/],
  ["cut.jsonl.gz", gzipSync(GOOD.repeat(50)).subarray(0, 40), /truncated or damaged gzip/],
  ["noise.jsonl.gz", new Uint8Array([0x1f, 0x8b, 1, 2, 3, 4, 5]), /truncated or damaged gzip/],
] as const)("%s is refused, and the message says where", async (name, content, message) => {
  const failure = await readCompletions(write(name, content)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ModelLoadError);
  expect((failure as Error).message).toMatch(message);
});

test("a file that is not there, or is a folder, cannot be read", async () => {
  for (const path of [join(folder.path, "absent.jsonl"), folder.path]) {
    await expect(readCompletions(path)).rejects.toThrow("cannot be read");
  }
});

test("gzip, a byte order mark and line ends of Windows are read", async () => {
  const text = `\uFEFF${GOOD.replace("\n", "\r\n")}${GOOD}`;
  expect(await readCompletions(write("windows.jsonl.gz", gzipSync(text)))).toHaveLength(2);
});

test("each sample's verdict is written beside the file, in its order, without those that were not judged", async () => {
  const completions = [
    { task_id: "b", completion: "wrong" },
    { task_id: "a", completion: "right" },
    { task_id: "b", completion: "right" },
    { task_id: "c", completion: "right" },
  ];
  const records = await scoreCompletions({ benchmark, completions, executor: executor() });
  const path = verdictsFile(join(folder.path, "samples.jsonl"));
  expect(path).toEndWith("samples.jsonl_results.jsonl");
  await writeVerdicts(
    path,
    completions,
    records.filter(({ task_id }) => task_id !== "c"),
  );
  const lines = readFileSync(path, "utf8").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { task_id: "b", sample: 0, passed: false, verdict: "exception", error: "" },
    { task_id: "a", sample: 0, passed: true, verdict: "ok", error: "" },
    { task_id: "b", sample: 1, passed: true, verdict: "ok", error: "" },
  ]);
  const absent = writeVerdicts(join(folder.path, "absent", "x"), completions, records);
  await expect(absent).rejects.toThrow("The verdicts cannot be written");
});
