#!/usr/bin/env bun
/**
 * What self-play teaches SmolLM2-135M by QLoRA: validity, solve rate and benchmarks before and after.
 *
 *   bun run bench real-model [--work DIRECTORY] [--preset smollm2] [--steps N] [--set key=value]...
 *     [--humaneval FILE] [--cruxeval FILE]
 *
 * The run (WORK/run) and each measurement are kept: called again, it goes on from there. The run takes two hours on two
 * idle cores, everything else some twenty minutes. Writes results.md and curves.svg beside it, and what was measured to
 * results.json. Without the files the benchmarks' data are fetched.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { fetchData } from "../src/evaluation/data.ts";
import { RunDirectory } from "../src/runs/run-directory.ts";
import { openSandbox } from "../src/sandbox/open.ts";
import { makeAllSteps, score, type Way } from "./parts/command-line.ts";
import { curves } from "./parts/curves.ts";
import { measure } from "./real-model-parts/measurements.ts";
import { picture } from "./real-model-parts/picture.ts";
import { report } from "./real-model-parts/report.ts";

const { values: options } = parseArgs({
  options: {
    work: { type: "string", default: join(import.meta.dir, "..", "outputs", "real-model") },
    preset: { type: "string", default: "smollm2" },
    steps: { type: "string" },
    set: { type: "string", multiple: true, default: [] },
    humaneval: { type: "string" },
    cruxeval: { type: "string" },
  },
});
const humaneval = resolve(options.humaneval ?? (await fetchData("humaneval"))[0]);
const cruxeval = resolve(options.cruxeval ?? (await fetchData("cruxeval-o"))[0]);
const work = resolve(options.work);
mkdirSync(work, { recursive: true });
process.chdir(work);

const path = join(work, "run");
const set = [...(options.steps ? [`steps=${options.steps}`] : []), ...options.set];
await makeAllSteps(work, path, { preset: options.preset, set });
const run = RunDirectory.open(path);
const config = run.config();
const model = config.model.source;

const ways: readonly Way[] = [
  { name: "humaneval", benchmark: "humaneval", options: ["--data", humaneval] },
  { name: "cruxeval-o", benchmark: "cruxeval-o", options: ["--data", cruxeval] },
  { name: "azr-mini", benchmark: "azr-mini", options: [] },
];
const benchmarks = [];
for (const way of ways)
  benchmarks.push({ before: await score(work, model, way), after: await score(work, path, way) });
await using executor = await openSandbox(config.sandbox);
const measured = await measure(work, run, executor, cruxeval);

const drawn = curves(path);
const hours = (drawn["seconds/step"] ?? []).reduce((sum, [, seconds]) => sum + seconds, 0) / 3600;
const about = [
  new Date().toISOString().slice(0, 10),
  `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`,
  [`preset ${options.preset}`, ...set].join(", "),
  `${config.steps} steps in ${hours.toFixed(1)} hours`,
  `seed ${config.seed}`,
].join("; ");
const found = { model, about: `${about}.`, measured, benchmarks, curves: drawn };
writeFileSync(join(work, "results.md"), report(found));
writeFileSync(join(work, "results.json"), `${JSON.stringify({ ...found, config })}\n`);
writeFileSync(join(work, "curves.svg"), picture(`What self-play teaches ${model}`, drawn));
console.log(report(found));
