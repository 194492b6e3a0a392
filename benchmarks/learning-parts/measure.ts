import { existsSync } from "node:fs";
import { join } from "node:path";
import type { EvaluationResult, ProblemOutcome } from "../../src/evaluation/result.ts";
import { finalDirectory } from "../../src/runs/checkpoint.ts";
import { metricNames, metricSeries } from "../../src/runs/queries/metrics.ts";
import { RunDirectory } from "../../src/runs/run-directory.ts";
import type { Variant } from "./variants.ts";

/** How a model is measured: greedy, and sampled at two temperatures, since learning mostly sharpens what is there. */
export const WAYS = [
  { name: "greedy", options: [] },
  { name: "sampled at 1", options: ["--samples", "4", "--temperature", "1"] },
  { name: "sampled at 0.6", options: ["--samples", "4", "--temperature", "0.6"] },
] as const;
export type Way = (typeof WAYS)[number]["name"];

const ENTRY = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");

async function azr(work: string, args: readonly string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, ENTRY, ...args], {
    cwd: work,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = await new Response(child.stdout).text();
  const code = await child.exited;
  if (code !== 0) throw new Error(`azr-tui ${args.join(" ")} ended with ${code}`);
  return output;
}

/** A run of a variant with a seed: made, or gone on with where it was left. Its directory. */
export async function train(work: string, variant: Variant, seed: number, steps: number): Promise<string> {
  const run = join(work, `${variant.name}-${seed}`);
  if (finalDirectory(join(run, "checkpoints")) !== null) return run;
  const begun = existsSync(join(run, "run.sqlite"));
  const fresh = ["--preset", "tiny", "--steps", String(steps), "--seed", String(seed)];
  const settings = variant.settings.flatMap((setting) => ["--set", setting]);
  await azr(work, ["train", run, ...(begun ? ["--resume"] : [...fresh, ...settings]), "--headless"]);
  return run;
}

/** Scores a model or a run; samples that were made before are kept. */
export async function score(
  work: string,
  model: string,
  benchmark: "tiny-heldout" | "azr-mini",
  options: readonly string[],
): Promise<EvaluationResult> {
  const args = ["eval", "--model", model, "--benchmark", benchmark, ...options, "--json"];
  return JSON.parse(await azr(work, args)) as EvaluationResult;
}

/** The results of several seeds as one: each problem with all its samples. */
export function pooled(results: readonly EvaluationResult[]): EvaluationResult {
  const [first] = results;
  if (!first) throw new RangeError("no results");
  const all = new Map<string, ProblemOutcome>();
  for (const outcome of results.flatMap(({ outcomes }) => outcomes)) {
    const { samples = 0, passed = 0 } = all.get(outcome.id) ?? {};
    all.set(outcome.id, { ...outcome, samples: samples + outcome.samples, passed: passed + outcome.passed });
  }
  return { ...first, outcomes: [...all.values()] };
}

/** Every figure of a run over its steps, by name. */
export function curves(run: string): Record<string, [step: number, value: number][]> {
  using database = RunDirectory.open(run).openDatabase({ readonly: true });
  return Object.fromEntries(
    metricNames(database).map((name) => [
      name,
      metricSeries(database, name).flatMap(({ step, value }): [number, number][] =>
        value === null ? [] : [[step, value]],
      ),
    ]),
  );
}
