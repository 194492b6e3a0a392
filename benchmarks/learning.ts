#!/usr/bin/env bun
import { mkdirSync, writeFileSync } from "node:fs";
/**
 * What self-play teaches the embedded model: before and after on held-out tasks, beside a control that learns nothing.
 *
 *   bun run bench learning [--steps 60] [--seeds 0,1,2] [--variants tiny,control,...] [--problems 800] [--work DIRECTORY] [--azr-mini]
 *
 * Each run, and each evaluation, is kept in the work directory: called again, it goes on from there. Writes results.json,
 * results.md and curves.html beside them. A step took
 * 7 s on two busy cores, and 320 held-out samples 30 s. Variants: benchmarks/learning-parts/variants.ts.
 */
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { compare } from "../src/evaluation/comparison.ts";
import type { EvaluationResult } from "../src/evaluation/result.ts";
import { markdownTable } from "../src/pages/markdown-table.ts";
import { curves, pooled, score, train, WAYS } from "./learning-parts/measure.ts";
import { picture } from "./learning-parts/picture.ts";
import { VARIANTS } from "./learning-parts/variants.ts";

const { values: options } = parseArgs({
  options: {
    steps: { type: "string", default: "60" },
    seeds: { type: "string", default: "0,1,2" },
    variants: { type: "string", default: VARIANTS.map(({ name }) => name).join(",") },
    work: { type: "string", default: join(import.meta.dir, "..", "outputs", "learning") },
    problems: { type: "string", default: "800" },
    "azr-mini": { type: "boolean", default: false },
  },
});
const steps = Number(options.steps);
const seeds = options.seeds.split(",").map(Number);
const variants = options.variants.split(",").map((name) => {
  const variant = VARIANTS.find((one) => one.name === name);
  if (variant) return variant;
  throw new RangeError(`no variant ${name}; there are ${VARIANTS.map((one) => one.name).join(", ")}`);
});
const work = resolve(options.work);
mkdirSync(work, { recursive: true });

/** What is measured, in all ways: tiny-heldout, and azr-mini greedily where that is wanted. */
async function measured(model: string): Promise<Record<string, EvaluationResult>> {
  const results: Record<string, EvaluationResult> = {};
  for (const { name, options: sampling } of WAYS) {
    results[name] = await score(work, model, "tiny-heldout", [...sampling, "--limit", options.problems]);
  }
  if (options["azr-mini"]) results["azr-mini, greedy"] = await score(work, model, "azr-mini", []);
  return results;
}

const before = await measured("tiny");
const after = new Map<string, Record<string, EvaluationResult>>();
const runs = new Map<string, ReturnType<typeof curves>[]>();
// Seed by seed, so that what there is after a while is every variant's first.
const bySeed = new Map<string, Record<string, EvaluationResult>[]>();
for (const seed of seeds) {
  for (const variant of variants) {
    console.error(`learning: ${variant.name}, seed ${seed}`);
    const run = await train(work, variant, seed, steps);
    bySeed.set(variant.name, [...(bySeed.get(variant.name) ?? []), await measured(run)]);
    runs.set(variant.name, [...(runs.get(variant.name) ?? []), curves(run)]);
    report();
  }
}

/** Writes what there is so far. */
function report(): void {
  const rows: string[][] = [];
  for (const [name, all] of bySeed) {
    const whole = Object.fromEntries(
      Object.keys(before).map((way) => [way, pooled(all.map((one) => one[way] as EvaluationResult))]),
    );
    after.set(name, whole);
    for (const [way, start] of Object.entries(before)) {
      for (const row of compare(whole[way] as EvaluationResult, start, [1]).rows) {
        const { value, low, high } = row.difference;
        rows.push([
          `${name} (${all.length})`,
          way,
          row.name,
          percent(row.baseline),
          percent(row.model),
          `${signed(value)} (${signed(low)} to ${signed(high)})`,
        ]);
      }
    }
  }
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, load ${loadavg()[0]?.toFixed(1)}`;
  const head = [
    "variant (seeds)",
    "measured",
    "score",
    "before",
    "after",
    "difference in points (95% interval)",
  ];
  const about = variants.map(({ name, about: what }) => `- ${name}: ${what}`).join("\n");
  const text = `# What self-play teaches tiny\n\n${new Date().toISOString().slice(0, 10)}, ${machine}; ${steps} steps, seeds ${seeds.join(", ")}.\n\n${about}\n\n${markdownTable(head, rows)}\n\nIntervals are of the paired bootstrap over problems, the seeds pooled.\n`;
  writeFileSync(join(work, "results.md"), text);
  const json = { steps, seeds, machine, before, after: Object.fromEntries(bySeed) };
  writeFileSync(join(work, "results.json"), JSON.stringify(json));
  writeFileSync(join(work, "curves.html"), picture("What self-play teaches tiny", runs));
}

console.log(await Bun.file(join(work, "results.md")).text());

function percent(value: number): string {
  return `${(100 * value).toFixed(1)}%`;
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${(100 * value).toFixed(1)}`;
}
