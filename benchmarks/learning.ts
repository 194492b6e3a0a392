#!/usr/bin/env bun
/**
 * What self-play teaches the embedded model: before and after on held-out tasks, beside a control that learns nothing.
 *
 *   bun run bench learning [--steps 100] [--seeds 0,1,2] [--variants tiny,control,...] [--work DIRECTORY] [--azr-mini]
 *     [--set sandbox.backend=bwrap] [--finished]
 *
 * With --finished no run is begun or gone on with. Each run, and each evaluation, is kept in the work directory: called
 * again, it goes on from there. Writes results.json, results.md and curves.svg beside them after each run. A step takes
 * 4 s and an evaluation of a run 1 minute on two idle cores. Variants: benchmarks/learning-parts/variants.ts.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { COOLER, GREEDY, isFinished, MINI, madeToThink, SAMPLED, train } from "./learning-parts/measure.ts";
import { picture } from "./learning-parts/picture.ts";
import { type Results, report } from "./learning-parts/report.ts";
import { thoughts } from "./learning-parts/thoughts.ts";
import { twins } from "./learning-parts/twins.ts";
import { CONTROL, VARIANTS } from "./learning-parts/variants.ts";
import { score, type Way } from "./parts/command-line.ts";
import { type Curves, curves } from "./parts/curves.ts";

const { values: options } = parseArgs({
  options: {
    steps: { type: "string", default: "100" },
    seeds: { type: "string", default: "0,1,2" },
    variants: { type: "string", default: VARIANTS.map(({ name }) => name).join(",") },
    work: { type: "string", default: join(import.meta.dir, "..", "outputs", "learning") },
    "azr-mini": { type: "boolean", default: false },
    set: { type: "string", multiple: true, default: [] },
    finished: { type: "boolean", default: false },
  },
});
/** Seed of the start model's samples; the runs' own are small numbers. */
const START_DRAWS = 1000;
const steps = Number(options.steps);
const seeds = options.seeds.split(",").map(Number);
const variants = options.variants.split(",").map((name) => {
  const variant = VARIANTS.find((one) => one.name === name);
  if (variant) return variant;
  throw new RangeError(`no variant ${name}; there are ${VARIANTS.map((one) => one.name).join(", ")}`);
});
const work = resolve(options.work);
mkdirSync(work, { recursive: true });
const thinking = await madeToThink(work);
const trained = await twins();
const ways = [GREEDY, SAMPLED, thinking, ...(options["azr-mini"] ? [MINI] : [])];

/** Samples are drawn by a seed of their own for each model, so that two that are equal differ by chance alone. */
async function measured(model: string, by: readonly Way[], draws: number): Promise<Results> {
  const results: [string, Results[string]][] = [];
  for (const way of by) {
    const seeded = { ...way, options: [...way.options, "--seed", String(draws)] };
    results.push([way.name, await score(work, model, seeded)]);
  }
  return Object.fromEntries(results);
}

const before = await measured("tiny", [...ways, ...COOLER], START_DRAWS);
const after = new Map<string, Results[]>();
const drawn = new Map<string, Curves[]>();
// Seed by seed, so that what there is after a while is every variant's first.
for (const seed of seeds) {
  for (const variant of variants) {
    if (options.finished && !isFinished(work, variant, seed)) continue;
    console.error(`learning: ${variant.name}, seed ${seed}`);
    const run = await train(work, variant, { seed, steps, settings: options.set });
    after.set(variant.name, [...(after.get(variant.name) ?? []), await measured(run, ways, seed)]);
    drawn.set(variant.name, [...(drawn.get(variant.name) ?? []), { ...curves(run), ...thoughts(run) }]);
    write();
  }
}
if (after.size === 0) throw new Error(`no run in ${work} is finished`);
console.log(await Bun.file(join(work, "results.md")).text());

/** Writes what there is so far. */
function write(): void {
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, load ${loadavg()[0]?.toFixed(1)}`;
  const settings = options.set.flatMap((setting) => ["--set", setting]);
  const command = [
    "bun run bench learning",
    "--steps",
    options.steps,
    ...(options["azr-mini"] ? ["--azr-mini"] : []),
  ];
  const about = `${new Date().toISOString().slice(0, 10)}, ${machine}; \`${[...command, ...settings].join(" ")}\`.`;
  const text = report({
    about,
    variants,
    before,
    after,
    control: CONTROL,
    drawn,
    thinking: thinking.name,
    twins: trained,
  });
  writeFileSync(join(work, "results.md"), text);
  const json = {
    about,
    before: scores(before),
    after: Object.fromEntries([...after].map(([name, results]) => [name, results.map(scores)])),
  };
  writeFileSync(join(work, "results.json"), `${JSON.stringify(json)}\n`);
  writeFileSync(join(work, "curves.svg"), picture("What self-play teaches tiny", drawn));
}

/** By way: samples of a problem, and how many of them are right, problem by problem in the benchmark's order. */
function scores(results: Results): Record<string, { samples: number; right: number[] }> {
  return Object.fromEntries(
    Object.entries(results).map(([way, { outcomes }]) => [
      way,
      { samples: outcomes[0]?.samples ?? 0, right: outcomes.map(({ passed }) => passed) },
    ]),
  );
}
