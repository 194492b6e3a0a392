import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import type { EvaluationResult } from "../../src/evaluation/result.ts";
import { finalDirectory } from "../../src/runs/checkpoint.ts";
import { RunDirectory } from "../../src/runs/run-directory.ts";

const ENTRY = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");

/** Runs azr-tui as a user does, in a directory; what it prints. Rejects when it ends with another code than 0. */
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

/** Whether a run has made all its steps. */
function hasAllSteps(run: string): boolean {
  return finalDirectory(join(run, "checkpoints")) !== null;
}

/** What a run is made with: a preset or a file of settings, and `key=value` over it. */
export interface Recipe {
  preset?: string;
  file?: string;
  set?: readonly string[];
}

/**
 * Begins a run, or goes on with it where it was left, until all its steps are made. Rejects where it was begun with
 * another recipe.
 */
export async function makeAllSteps(work: string, run: string, recipe: Recipe): Promise<void> {
  const begun = existsSync(join(run, "run.sqlite"));
  if (begun && !Bun.deepEquals(RunDirectory.open(run).config(), loadConfig(recipe)))
    throw new Error(`${run} was begun with other settings; name another --work, or remove it`);
  if (hasAllSteps(run)) return;
  const { preset, file, set = [] } = recipe;
  const fresh = [
    ...(preset === undefined ? [] : ["--preset", preset]),
    ...(file === undefined ? [] : ["--config", file]),
    ...set.flatMap((setting) => ["--set", setting]),
  ];
  await azr(work, ["train", run, ...(begun ? ["--resume"] : fresh), "--headless"]);
}

/** A way to measure a model: a benchmark with options of `eval`. */
export interface Way {
  name: string;
  benchmark: "tiny-heldout" | "azr-mini" | "humaneval" | "cruxeval-o";
  options: readonly string[];
}

/** Scores a model or a run; samples that were made before are kept. */
export async function score(
  work: string,
  model: string,
  { benchmark, options }: Way,
): Promise<EvaluationResult> {
  const args = ["eval", "--model", model, "--benchmark", benchmark, ...options, "--json"];
  return JSON.parse(await azr(work, args)) as EvaluationResult;
}
