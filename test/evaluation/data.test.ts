import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DownloadProgress } from "../../src/cache/pip-download.ts";
import { ModelLoadError, SetupError } from "../../src/errors/index.ts";
import { readBenchmark } from "../../src/evaluation/benchmarks/registry.ts";
import { dataState, fetchData } from "../../src/evaluation/data.ts";
import { bytesOf, FakeHub } from "../models/fake-hub.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const VARIABLES = [
  "HF_HOME",
  "HF_HUB_CACHE",
  "HUGGINGFACE_HUB_CACHE",
  "HF_ENDPOINT",
  "HF_TOKEN",
  "HF_TOKEN_PATH",
];
const OFFLINE = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"];
const before = Object.fromEntries([...VARIABLES, ...OFFLINE].map((name) => [name, process.env[name]]));
const fixture = async (name: string) =>
  new Uint8Array(await readFile(join(import.meta.dir, "..", "fixtures", "benchmarks", name)));

let directory = "";
let hub: FakeHub;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "azr-data-"));
  hub = new FakeHub();
  for (const name of Object.keys(before)) delete process.env[name];
  process.env.HF_HOME = directory;
  process.env.HF_ENDPOINT = hub.url;
  const test = "full/test-00000-of-00001.parquet";
  const prompt = "full/prompt-00000-of-00001.parquet";
  hub.repositories.set("google-research-datasets/mbpp", {
    commit: COMMIT,
    large: [test],
    files: {
      "README.md": bytesOf("# MBPP"),
      [test]: await fixture("mbpp-test.parquet"),
      [prompt]: await fixture("mbpp-prompt.parquet"),
    },
  });
  const row = { id: "sample_0", code: "def f(x):\n    return x", input: "1", output: "1" };
  hub.repositories.set("cruxeval-org/cruxeval", {
    commit: COMMIT,
    large: [],
    files: { "test.jsonl": bytesOf(`${JSON.stringify(row)}\n`) },
  });
});
afterEach(async () => {
  hub[Symbol.dispose]();
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(directory, { recursive: true, force: true });
});

test("a data set comes from the hub into the standard cache, once; Parquet is read as the original is", async () => {
  const seen: DownloadProgress[] = [];
  expect(dataState("mbpp")).toEqual({ source: "google-research-datasets/mbpp", paths: null });
  const paths = await fetchData("mbpp", (progress) => seen.push({ ...progress }));
  const snapshot = join(directory, "hub", "datasets--google-research-datasets--mbpp", "snapshots", COMMIT);
  expect(paths as readonly string[]).toEqual([
    join(snapshot, "full/test-00000-of-00001.parquet"),
    join(snapshot, "full/prompt-00000-of-00001.parquet"),
  ]);
  expect(seen.at(-1)).toMatchObject({ label: "google-research-datasets/mbpp", done: 4646, total: 4646 });
  expect(dataState("mbpp").paths).toEqual([...paths]);
  hub.requests.length = 0;
  expect(await fetchData("mbpp")).toEqual(paths);
  expect(hub.requests).toEqual([]);

  const { problems } = await readBenchmark("mbpp", paths);
  expect(problems).toMatchObject([{ id: "Mbpp/11", tests: ["assert double(2) == 4"], setup: "" }]);
  const [shown] = (await readBenchmark("mbpp", paths, { shots: 3 })).problems;
  expect(shown?.prompt).toContain("def add_4(x):\n  return x + 4\n[DONE]\n\nYou are an expert");
  expect(shown?.prompt.endsWith("assert double(2) == 4\n[BEGIN]\n")).toBe(true);
  expect(shown?.request).toStartWith("Here are tasks with right answers.");
  expect(shown?.request.match(/^Answer:\n\n```python\ndef add_\d/gm)).toHaveLength(3);
  expect(shown?.request).toEndWith("Now this one.\n\n".concat(problems[0]?.request ?? "none"));
  await expect(readBenchmark("mbpp", paths[0], { shots: 3 })).rejects.toThrow("has no problem 2");
});

test("both forms of CRUXEval share one file", async () => {
  expect(await fetchData("cruxeval-i")).toEqual(await fetchData("cruxeval-o"));
  expect(hub.bodies).toHaveLength(1);
});

test("without a network, or told to stay offline, the message names --data", async () => {
  process.env.HF_HUB_OFFLINE = "1";
  const offline = await fetchData("mbpp").catch((error: unknown) => error);
  expect(offline).toBeInstanceOf(ModelLoadError);
  expect(offline).toMatchObject({
    message: expect.stringContaining("HF_HUB_OFFLINE is set"),
    mend: expect.stringContaining("--data FILE"),
  });
  expect(hub.requests).toEqual([]);
  delete process.env.HF_HUB_OFFLINE;
  process.env.HF_ENDPOINT = "http://127.0.0.1:9";
  const unreachable = await fetchData("mbpp").catch((error: unknown) => error);
  expect(unreachable).toBeInstanceOf(SetupError);
  expect(unreachable).toMatchObject({ mend: expect.stringContaining("--data FILE") });
});

test("a data set that is gone or changed its files says so", async () => {
  const gone = await fetchData("gsm8k").catch((error: unknown) => error);
  expect(gone).toBeInstanceOf(ModelLoadError);
  expect(gone).toMatchObject({ mend: expect.stringContaining("data set") });
  hub.repositories.set("openai/gsm8k", { commit: COMMIT, large: [], files: { "README.md": bytesOf("#") } });
  await expect(fetchData("gsm8k")).rejects.toThrow("has no main/test-00000-of-00001.parquet any more");
});

test("a file that comes damaged is refused", async () => {
  hub.damaged.add("test.jsonl");
  await expect(fetchData("cruxeval-o")).rejects.toThrow("came damaged");
});

test("a Parquet file that is cut off, or has other columns, names file, row and field", async () => {
  const whole = await fixture("mbpp-test.parquet");
  const cut = join(directory, "cut.parquet");
  await writeFile(cut, whole.subarray(0, whole.length - 40));
  await expect(readBenchmark("mbpp", cut)).rejects.toThrow(
    "cut.parquet is a truncated or damaged Parquet file",
  );
  const other = join(directory, "other.parquet");
  await writeFile(other, whole);
  await expect(readBenchmark("gsm8k", other)).rejects.toThrow(
    /other\.parquet: row 1: field question: expected/,
  );
});

test("options that a benchmark does not have are refused", async () => {
  const file = join(directory, "x.jsonl");
  await writeFile(file, "{}\n");
  await expect(readBenchmark("mbpp", file, { shots: 5 })).rejects.toThrow("mbpp has 0 or 3 shots, not 5");
  await expect(readBenchmark("gsm8k", file, { level: "interview" })).rejects.toThrow("has no levels");
});
