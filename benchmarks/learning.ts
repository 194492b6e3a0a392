#!/usr/bin/env bun
/**
 * What self-play teaches the embedded model: before and after on held-out tasks, beside controls and ablations.
 *
 *   bun run bench learning [--variants tiny,control,...] [--seeds 0,1,2] [--steps 100] [--set sandbox.backend=bwrap]
 *     [--beside 2] [--work DIRECTORY]
 *
 * Runs and evaluations are kept in the work directory: called again, it goes on from there. After each run it writes
 * results.json, and results.md and curves.svg of all that stands in it: the results.json of another machine, put there
 * first, is added to. With two runs beside each other a step takes 7 s on two idle cores, and an evaluation of a run one
 * to five minutes: without options some five hours. Variants: benchmarks/learning-parts/variants.ts; its levers are run by
 * name alone.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { difficulty } from "./learning-parts/difficulty.ts";
import { figuresOf } from "./learning-parts/figures.ts";
import { answersOf, ELSEWHERE, SAMPLED, train } from "./learning-parts/measure.ts";
import { met } from "./learning-parts/met.ts";
import { picture } from "./learning-parts/picture.ts";
import { problemSets } from "./learning-parts/problem-sets.ts";
import { proposed } from "./learning-parts/proposed.ts";
import { basisOf, recipeOf } from "./learning-parts/recipe.ts";
import { report } from "./learning-parts/report.ts";
import { type Played, type Results, readResults, writeResults } from "./learning-parts/results.ts";
import { skeletons } from "./learning-parts/skeletons.ts";
import { SAMPLED_KINDS, VARIANTS, type Variant, WATCHED } from "./learning-parts/variants.ts";
import { wholeNumber } from "./parts/whole-number.ts";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string" },
    variants: {
      type: "string",
      default: VARIANTS.flatMap(({ name, kind }) => (kind === "lever" ? [] : name)).join(","),
    },
    steps: { type: "string" },
    set: { type: "string", multiple: true, default: [] },
    beside: { type: "string", default: "2" },
    work: { type: "string", default: join(import.meta.dir, "..", "outputs", "learning") },
  },
});
/** Seed of the start model's samples; the runs' own are small numbers. */
const START_DRAWS = 1000;
const beside = wholeNumber("beside", options.beside, 1);
const steps = options.steps === undefined ? [] : [`steps=${wholeNumber("steps", options.steps, 1)}`];
const made = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`;

const each = (list: string) => [...new Set(list.split(","))];
const named =
  options.seeds === undefined ? null : each(options.seeds).map((seed) => wholeNumber("seeds", seed));
const variants = each(options.variants).map((name) => {
  const variant = VARIANTS.find((one) => one.name === name);
  if (variant) return variant;
  throw new RangeError(`no variant ${name}; there are ${VARIANTS.map((one) => one.name).join(", ")}`);
});
const work = resolve(options.work);
const at = (name: string) => join(work, name);
mkdirSync(work, { recursive: true });
const sets = await problemSets(work);
let results = await begun();

// Seed by seed, so that what there is after a while is every variant's first. A run that fails does not end the others.
const jobs = variants
  .flatMap((variant) => (named ?? variant.seeds).map((seed) => ({ variant, seed })))
  .sort((a, b) => a.seed - b.seed);
const failures: string[] = [];
await Promise.all(
  Array.from({ length: beside }, async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const { variant, seed } = job;
      await measured(variant, seed).catch((error: unknown) => {
        const failure = `learning: ${variant.name}, seed ${seed}: ${error}`;
        console.error(failure);
        failures.push(failure);
      });
    }
  }),
);
readAgain();
write();
console.log(await Bun.file(at("results.md")).text());
if (failures.length > 0) {
  console.error(failures.join("\n"));
  process.exitCode = 1;
}

/** What there is from before, of the same model and problems; else the start model is measured. */
async function begun(): Promise<Results> {
  const problems = Object.fromEntries(sets.map((set) => [set.name, set.problems])) as Results["problems"];
  const basis = basisOf(sets);
  const earlier = readResults(at("results.json"));
  if (earlier && earlier.basis !== basis)
    throw new Error(`${at("results.json")} is of another model or other problems; name another --work`);
  if (earlier) return earlier;
  console.error("learning: the model as it comes");
  const start = await answersOf(work, "tiny", { sets, sampled: [SAMPLED, ...ELSEWHERE], seed: START_DRAWS });
  return { basis, problems, start, runs: [] };
}

/** Adds a run and its measures to what there is, if they are not in it. */
async function measured(variant: Variant, seed: number): Promise<void> {
  // A reference is no run of a preset.
  const settings = variant.kind === "reference" ? [] : [...options.set, ...variant.settings, ...steps];
  const recipe = recipeOf(variant, settings, seed);
  if (stands(variant, seed, recipe)) return;
  const played = { ...(await play(variant, seed, settings)), recipe };
  readAgain();
  if (!stands(variant, seed, recipe)) results.runs.push(played);
  write();
}

/** Whether a run is among the results. Throws where it is by another recipe. */
function stands({ name }: Variant, seed: number, recipe: string): boolean {
  const earlier = results.runs.find((run) => run.variant === name && run.seed === seed);
  if (earlier && earlier.recipe !== recipe)
    throw new Error(`it stands in ${at("results.json")} by another recipe`);
  return earlier !== undefined;
}

/** Another process may have written meanwhile. */
function readAgain(): void {
  results = readResults(at("results.json")) ?? results;
}

/** A run and its measures. */
async function play(
  variant: Variant,
  seed: number,
  settings: readonly string[],
): Promise<Omit<Played, "recipe">> {
  console.error(`learning: ${variant.name}, seed ${seed}`);
  const run = await train(work, variant, { seed, settings });
  const { kind } = variant;
  const sampled = SAMPLED_KINDS.includes(kind) ? [SAMPLED] : [];
  const answers = await answersOf(work, run, { sets, sampled, seed });
  const tasks = proposed(run);
  return {
    variant: variant.name,
    seed,
    settings,
    made,
    answers,
    curves: figuresOf(run),
    met: met(run, sets),
    skeletons: skeletons(tasks.last),
    ...(WATCHED.includes(kind) ? { difficulty: await difficulty(work, run, tasks) } : {}),
  };
}

/** Writes what there is so far. */
function write(): void {
  writeResults(at("results.json"), results);
  const places = [...new Set(results.runs.map((run) => run.made))].sort();
  const about = `${places.join("; ")}. Made by \`bun run bench learning --variants NAME --seeds LIST\`, all runs of self-play with \`${shared().join(" ")}\`, and what a variant says.`;
  writeFileSync(at("results.md"), report(results, about));
  writeFileSync(
    at("curves.svg"),
    picture("What self-play teaches tiny (bars: lowest and highest seed)", results.runs),
  );
}

/** The settings that all runs of self-play have, beyond the preset's. */
function shared(): string[] {
  const [first, ...others] = results.runs.filter(({ settings }) => settings.length > 0);
  return (first?.settings ?? []).filter((one) => others.every(({ settings }) => settings.includes(one)));
}
