import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readHumanEval } from "../../src/evaluation/benchmarks/humaneval.ts";
import { readBenchmark } from "../../src/evaluation/benchmarks/registry.ts";
import { SampleFile } from "../../src/evaluation/sample-file.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const directory = folder.path;
const record = {
  task_id: "HumanEval/0",
  prompt: "def f():\n",
  entry_point: "f",
  canonical_solution: "    return 1\n",
  test: "def check(g):\n    assert g() == 1\n",
};

function write(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

test("plain and gzip files read the same", async () => {
  const text = `${JSON.stringify(record)}\n`;
  const plain = await readHumanEval(write("plain.jsonl", text));
  const packed = await readHumanEval(write("packed.jsonl.gz", gzipSync(text)));
  expect(plain.problems).toEqual(packed.problems);
  expect(plain.problems[0]).toMatchObject({
    id: "HumanEval/0",
    entryPoint: "f",
    reference: "    return 1\n",
  });
});

test("a wrong file names file, line and field", async () => {
  const { test: _, ...incomplete } = record;
  const lines = `${JSON.stringify(record)}\n${JSON.stringify(incomplete)}\n`;
  expect(readHumanEval(write("field.jsonl", lines))).rejects.toThrow(
    /field\.jsonl:2: field test: expected .*test.*, got undefined/,
  );
  expect(readHumanEval(write("json.jsonl", "{\n"))).rejects.toThrow(/json\.jsonl:1 is not JSON/);
  expect(readHumanEval(write("empty.jsonl", ""))).rejects.toThrow("holds no records");
  const cut = gzipSync(lines.repeat(50)).subarray(0, 40);
  expect(readHumanEval(write("cut.jsonl.gz", cut))).rejects.toThrow("truncated or damaged gzip");
  expect(readHumanEval(join(directory, "absent.jsonl"))).rejects.toThrow("cannot be read");
});

test("samples on disk are found again, but for a last line that was cut off", async () => {
  const sample = {
    task_id: "HumanEval/0",
    completion: "    return 1\n",
    solution: "",
    sample: 0,
    passed: true,
    verdict: "ok",
    error: "",
    tokens: 5,
    finish: "end",
  };
  const path = write("samples.jsonl", `${JSON.stringify(sample)}\n{"task_id": "Hum`);
  const file = await SampleFile.open(path);
  expect(file.records).toEqual([sample]);
  file.append({ ...sample, sample: 1 });
  await file.flush();
  file.append({ ...sample, sample: 1, passed: false });
  await file.flush();
  // The same sample of two processes counts once.
  const { records } = await SampleFile.open(path);
  expect(records.map(({ sample, passed }) => [sample, passed])).toEqual([
    [0, true],
    [1, true],
  ]);
});

test("a samples file with a line that is no sample names the line; one that cannot be written says what to do", async () => {
  for (const line of ["not JSON", "{}", '{"task_id":"a","sample":"0"}']) {
    const path = write("strange.jsonl", `${line}\n`);
    await expect(SampleFile.open(path)).rejects.toThrow("strange.jsonl:1 is no sample of an evaluation");
  }
  const below = join(write("file", ""), "samples.jsonl");
  await expect(SampleFile.open(below)).rejects.toThrow("The samples cannot be written to");
});

test("two problems with one id are refused: their samples could not be told apart", async () => {
  const path = write("twins.jsonl", `${JSON.stringify(record)}\n`.repeat(2));
  await expect(readBenchmark("humaneval", path)).rejects.toThrow("has two problems with the id HumanEval/0");
});
