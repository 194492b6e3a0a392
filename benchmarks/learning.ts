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
import { TINY_HELDOUT_PATH } from "../src/evaluation/benchmarks/tiny-heldout-data.ts";
import type { Measured, Results } from "./learning-parts/comparisons.ts";
import {
  COOLER,
  GREEDY,
  isFinished,
  MINI,
  madeToThink,
  onUnseen,
  SAMPLED,
  train,
  unseenPath,
  writeUnseen,
} from "./learning-parts/measure.ts";
import { picture } from "./learning-parts/picture.ts";
import { report } from "./learning-parts/report.ts";
import { thoughts } from "./learning-parts/thoughts.ts";
import { trainedComputations, twins } from "./learning-parts/twins.ts";
import { VARIANTS } from "./learning-parts/variants.ts";
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
await writeUnseen(work);

/** A set of problems: in which ways models answer them, the start model in further ones, and what comes of it. */
async function problemSet(path: string, ways: readonly Way[], place: (way: Way) => Way = (way) => way) {
  const measured = async (model: string, by: readonly Way[], draws: number): Promise<Results> => {
    const results: [string, Results[string]][] = [];
    for (const { options, ...way } of by.map(place)) {
      // Samples by a seed of their own for each model, so that two that are equal differ by chance alone.
      const seeded = [...options, "--seed", String(draws)];
      results.push([way.name, await score(work, model, { ...way, options: seeded })]);
    }
    return Object.fromEntries(results);
  };
  return {
    before: await measured("tiny", [...ways, ...COOLER], START_DRAWS),
    after: new Map<string, Results[]>(),
    twins: await twins(path, trained),
    measure: (run: string, seed: number) => measured(run, ways, seed),
  };
}
const trained = trainedComputations();
const both = [GREEDY, SAMPLED];
const unseen = await problemSet(unseenPath(work), both, (way) => onUnseen(work, way));
const heldOutWays = [...both, await madeToThink(work), ...(options["azr-mini"] ? [MINI] : [])];
const heldOut = await problemSet(TINY_HELDOUT_PATH, heldOutWays);
const drawn = new Map<string, Curves[]>();

// Seed by seed, so that what there is after a while is every variant's first.
for (const seed of seeds) {
  for (const variant of variants) {
    if (options.finished && !isFinished(work, variant, seed)) continue;
    console.error(`learning: ${variant.name}, seed ${seed}`);
    const run = await train(work, variant, { seed, steps, settings: options.set });
    for (const set of [unseen, heldOut]) add(set.after, variant.name, await set.measure(run, seed));
    add(drawn, variant.name, { ...curves(run), ...thoughts(run) });
    write();
  }
}
if (drawn.size === 0) throw new Error(`no run in ${work} is finished`);
console.log(await Bun.file(join(work, "results.md")).text());

function add<T>(to: Map<string, T[]>, name: string, value: T): void {
  to.set(name, [...(to.get(name) ?? []), value]);
}

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
  writeFileSync(join(work, "results.md"), report({ about, variants, unseen, heldOut, drawn }));
  const json = { about, unseen: scores(unseen), "tiny-heldout": scores(heldOut) };
  writeFileSync(join(work, "results.json"), `${JSON.stringify(json)}\n`);
  writeFileSync(join(work, "curves.svg"), picture("What self-play teaches tiny", drawn));
}

/** By way: samples of a problem, and how many of them are right, problem by problem in the benchmark's order. */
function scores({ before, after }: Measured): object {
  const byWay = (results: Results) =>
    Object.fromEntries(
      Object.entries(results).map(([way, { outcomes }]) => [
        way,
        { samples: outcomes[0]?.samples ?? 0, right: outcomes.map(({ passed }) => passed) },
      ]),
    );
  return {
    before: byWay(before),
    after: Object.fromEntries([...after].map(([name, results]) => [name, results.map(byWay)])),
  };
}
