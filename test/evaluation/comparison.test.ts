import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "../../src/errors/index.ts";
import { type Compared, compare } from "../../src/evaluation/comparison.ts";
import { resultMarkdown } from "../../src/evaluation/pages/markdown.ts";
import { resultPage } from "../../src/evaluation/pages/page.ts";
import { reportTables } from "../../src/evaluation/pages/tables.ts";
import { bootstrapMean } from "../../src/evaluation/pass-at-k.ts";
import { referenceRows } from "../../src/evaluation/reference-rows.ts";
import { type EvaluationReport, readResult, resultFiles, writeReport } from "../../src/evaluation/report.ts";
import { comparedEvaluation, evaluationRecord } from "../../src/evaluation/stored-evaluation.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const settings = { samples: 1, temperature: 0, topP: 1, maxTokens: 20, seed: 7, format: "raw" as const };

/** `passes` of each problem, in `samples` samples. */
function result(
  model: string,
  passes: readonly number[],
  samples = 1,
  more: Partial<Compared> = {},
): Compared {
  const outcomes = passes.map((passed, i) => ({
    ...{ id: `p${i}`, group: i < 4 ? "easy" : "hard", samples, passed },
  }));
  return { benchmark: "apps", model, settings: { ...settings, samples }, outcomes, ...more };
}

test("differences by score and group, the flipped problems and McNemar's test, by hand", () => {
  const model = result("after", [1, 1, 1, 0, 1, 0, 0, 1]);
  const baseline = result("before", [1, 0, 0, 1, 0, 0, 0, 0]);
  const comparison = compare(model, baseline, [1]);
  expect(comparison).toMatchObject({
    ...{ model: "after", baseline: "before", problems: 8, leftOut: 0, differences: [] },
    gained: ["p1", "p2", "p4", "p7"],
    lost: ["p3"],
    // 2 (1 + 5) / 2^5
    mcnemar: { gained: 4, lost: 1, p: 0.375 },
  });
  const rows = comparison.rows.map(({ name, model, baseline, difference }) => [
    ...[name, model, baseline, difference.value],
  ]);
  expect(rows).toEqual([
    ["pass@1", 5 / 8, 2 / 8, 3 / 8],
    ["easy/pass@1", 3 / 4, 2 / 4, 1 / 4],
    ["hard/pass@1", 2 / 4, 0, 2 / 4],
  ]);
});

test("the interval pairs problems: of equal results it is that of no success, however much their own scores vary", () => {
  const passes = Array.from({ length: 40 }, (_, i) => i % 2);
  const same = compare(result("a", passes), result("b", passes), [1]);
  // Wilson's bound of 0 in 40: z^2 / (n + z^2).
  const bound = 1.959964 ** 2 / (40 + 1.959964 ** 2);
  expect(same.rows[0]?.difference.value).toBe(0);
  expect(same.rows[0]?.difference.low).toBeCloseTo(-bound, 12);
  expect(same.rows[0]?.difference.high).toBeCloseTo(bound, 12);
  const better = passes.map((passed, i) => (i < 8 ? 1 : passed));
  const { difference } = compare(result("a", better), result("b", passes), [1]).rows[0] ?? {};
  // Four problems of forty gained, none lost: 4 +- 1.96 sqrt(40 * 0.1 * 0.9) in the normal approximation.
  expect(difference?.value).toBeCloseTo(0.1, 12);
  expect(difference?.low).toBeWithin(0.005, 0.06);
  expect(difference?.high).toBeWithin(0.17, 0.23);
  expect(compare(result("a", better), result("b", passes), [1]).rows[0]?.difference).toEqual(
    bootstrapMean(
      better.map((passed, i) => passed - (passes[i] ?? 0)),
      "paired",
      1,
    ),
  );
});

test("several samples: every k that both have samples for; other numbers of samples rule McNemar's test out", () => {
  const model = result("a", [10, 5, 0], 10);
  const comparison = compare(model, result("b", [4, 0, 0], 10), [1, 10]);
  expect(comparison.rows.map(({ name, model, baseline }) => [name, model, baseline])).toEqual([
    ["pass@1", 0.5, (0.4 + 0 + 0) / 3],
    ["pass@10", 2 / 3, 1 / 3],
  ]);
  const greedy = compare(model, result("b", [1, 0, 1], 1), [1, 10]);
  expect(greedy.rows.map(({ name }) => name)).toEqual(["pass@1"]);
  expect(greedy.mcnemar).toBeNull();
  expect(greedy.differences).toEqual(["samples 10, baseline 1"]);
});

test("only problems of both count; another benchmark and no problem in common are refused", () => {
  const few = compare(result("a", [1, 0, 1]), result("b", [1, 1, 1, 1, 1]), [1]);
  expect(few).toMatchObject({ problems: 3, leftOut: 2, lost: ["p1"] });
  const other = result("b", [1], 1, { benchmark: "mbpp" });
  expect(() => compare(result("a", [1]), other, [1])).toThrow("a result of mbpp, not of apps");
  expect(() => compare(result("a", [1]), result("b", []), [1])).toThrow("none of these problems");
});

test("quoted figures are marked as such, with who quotes them", () => {
  const [first] = referenceRows("humaneval");
  expect(first).toEqual({
    model: "GPT-3.5",
    project: "Absolute Zero Reasoner platform (J. H. James)",
    scores: { "pass@1": 0.481 },
  });
  expect(referenceRows("apps")[1]?.scores).toEqual({
    "introductory/pass@1": 0.512,
    "interview/pass@1": 0.338,
    "competition/pass@1": 0.156,
  });
  expect(referenceRows("gsm8k")).toEqual([]);
});

function report(): EvaluationReport {
  const model = result("after <b>", [1, 1, 1, 0, 1, 0, 0, 1]);
  return {
    ...model,
    ...{
      problems: 8,
      missing: 0,
      samples: 8,
      passed: 5,
      seconds: 12,
      partial: false,
      samplesFile: "samples.jsonl",
    },
    scores: { "pass@1": { value: 0.625, low: 0.25, high: 0.875 } },
    verdicts: { ok: 5, "wrong-answer": 3 },
    finishedAt: "2026-01-02T03:04:05.000Z",
    times: { generation: 10, grading: 0.2, gradingShare: 0.02, tokens: 500 },
    comparison: compare(model, result("before", [1, 0, 0, 1, 0, 0, 0, 0]), [1]),
    references: referenceRows("apps"),
    checkpoints: [
      { step: 0, scores: { "pass@1": { value: 0.25, low: 0, high: 0.5 } } },
      { step: 10, scores: { "pass@1": { value: 0.625, low: 0.25, high: 0.875 } } },
    ],
  };
}

test("the pages show scores, comparison, flips, quoted rows and checkpoints, and neutralise names", () => {
  const markdown = resultMarkdown(report());
  expect(markdown).toStartWith("# apps of after \\<b\\>\n");
  expect(markdown).toContain("| pass@1 | 62.5% (25.0% to 87.5%) |");
  expect(markdown).toMatch(/\| pass@1 \| 25\.0% \| 62\.5% \| \+37\.5 \(\S+ to \+\S+\) \|/);
  expect(markdown).toContain("McNemar's exact test: p = 0.375.");
  expect(markdown).toContain("| solved by the model alone | 4 | p1, p2, p4, p7 |");
  expect(markdown).toContain("## Quoted, not measured here");
  expect(markdown).toContain("| 10 | 62.5% (25.0% to 87.5%) |");
  expect(markdown).toContain("| generation | 10 s, 50 tokens/s |");
  const page = resultPage(report());
  expect(page).toContain("<h1>apps of after &lt;b&gt;</h1>");
  expect(page).not.toContain("after <b>");
  expect(page).toContain("<figcaption>pass@1 by checkpoint</figcaption>");
  expect(page).toContain("<title>after &lt;b&gt;, hard/pass@1: 50.0%</title>");
  expect(page.match(/<rect class="bar"/g)).toHaveLength(6);
  expect(resultMarkdown({ ...report(), partial: true })).toContain("Partial: ended before every sample");
});

test("a report is read back as a baseline; damaged files are named with the field", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "logs", "evaluation_results.json");
  const files = await writeReport(path, report());
  expect(files.map((file) => file.slice(folder.path.length))).toEqual([
    "/logs/evaluation_results.json",
    "/logs/evaluation_results.md",
    "/logs/evaluation_results.html",
  ]);
  const { benchmark, model, outcomes } = report();
  expect(await readResult(path)).toEqual({ benchmark, model, settings, outcomes });
  const damaged = join(folder.path, "damaged.json");
  const wrong: [unknown, RegExp][] = [
    ["{", /damaged\.json is not JSON/],
    [
      { ...report(), outcomes: [{ id: "a", samples: "1", passed: 0 }] },
      /outcomes\.0\.samples: expected number/,
    ],
    [{ ...report(), outcomes: [{ id: "a", samples: 1, passed: 2 }] }, /outcomes\.0: expected passed within/],
    [{ scores: {} }, /benchmark: expected/],
  ];
  for (const [content, message] of wrong) {
    await Bun.write(damaged, typeof content === "string" ? content : JSON.stringify(content));
    expect(readResult(damaged)).rejects.toThrow(message);
  }
  expect(readResult(join(folder.path, "absent.json"))).rejects.toThrow("absent.json cannot be read");
});

test("a result that cannot be written says where and what to do, and leaves nothing half written", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "file");
  writeFileSync(file, "");
  const failure = await writeReport(join(file, "result.json"), report()).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RunError);
  expect(failure).toMatchObject({
    message: expect.stringContaining(join(file, "result.json")),
    mend: expect.stringContaining("samples are kept"),
  });
  mkdirSync(join(folder.path, "taken.json"));
  await expect(writeReport(join(folder.path, "taken.json"), report())).rejects.toThrow("cannot be written");
  expect(readdirSync(folder.path).sort()).toEqual(["file", "taken.json"]);
});

test("problems without a sample are counted beside the scores", () => {
  const tables = reportTables({ ...report(), missing: 4 });
  expect(tables[0]?.note).toBe("4 of 12 problems have no sample: the scores are of the other 8.");
});

test("how results were set up is shown, read back and compared: shots, data, level, packing, version", async () => {
  using folder = temporaryFolder();
  const setup = { version: "1.0.0", shots: 3, adapter: "adapters" };
  const model = result("after", [1, 0], 1, { setup });
  const other = { version: "0.9.0", data: "mbpp.jsonl", quantize: "4", shots: 0 };
  const differences = (baseline: Compared) => compare(model, baseline, [1]).differences;
  expect(differences(result("before", [1, 0], 1, { setup: other }))).toEqual([
    ...["shots 3, baseline 0", "data none, baseline mbpp.jsonl"],
    ...["quantize none, baseline 4", "version 1.0.0, baseline 0.9.0"],
  ]);
  expect(differences(result("before", [1, 0]))).toEqual([]);
  const whole = { ...report(), setup };
  const rows = reportTables(whole).find(({ title }) => title === "How it was made")?.rows;
  expect(rows).toContainEqual(["shots", "3"]);
  expect(rows).toContainEqual(["azr-tui", "1.0.0"]);
  const [path = ""] = resultFiles(folder.path, "apps");
  await writeReport(path, whole);
  expect((await readResult(path)).setup).toEqual(setup);
  expect(resultFiles("logs", "apps")).toEqual([
    ...["logs/evaluation_results.json", "logs/evaluation_results-apps.json"],
  ]);
});

test("a stored evaluation is compared with how it was set up", () => {
  const setup = { version: "1.0.0", shots: 3 };
  const record = { id: 1, ...evaluationRecord({ ...report(), setup }, { step: 4, startedAt: 0 }) };
  expect(comparedEvaluation("run", record, []).setup).toEqual(setup);
});
