import { existsSync } from "node:fs";
import { join } from "node:path";
import { readTinyHeldout } from "../../src/evaluation/benchmarks/tiny-heldout.ts";
import { TINY_HELDOUT_PATH } from "../../src/evaluation/benchmarks/tiny-heldout-data.ts";
import { PART_TAGS } from "../../src/selfplay/prompts/tagged/tags.ts";
import { hasAllSteps, makeAllSteps, type Way } from "../parts/command-line.ts";
import { unseenProblems } from "./unseen.ts";
import type { Variant } from "./variants.ts";

const ALL = ["--limit", "800"] as const;
const drawn = (temperature: number) => ["--samples", "4", "--temperature", String(temperature), ...ALL];

export const GREEDY: Way = { name: "greedy", benchmark: "tiny-heldout", options: ALL };
export const SAMPLED: Way = { name: "sampled at 1", benchmark: "tiny-heldout", options: drawn(1) };
export const MINI: Way = { name: "azr-mini, greedy", benchmark: "azr-mini", options: [] };

/** In which the start model is measured besides: what it does at other temperatures, learning may merely bring out. */
export const COOLER: readonly Way[] = [0.8, 0.6, 0.4, 0.2].map((temperature) => ({
  name: `sampled at ${temperature}`,
  benchmark: "tiny-heldout",
  options: drawn(temperature),
}));

export const MADE_TO_THINK = "greedy, made to think";

/**
 * Deduction alone, each answer begun with the tag of a thought: what the model does when it is not left to choose, so that
 * learning to think can be told from learning to think better. The problems are written to the work directory.
 */
export async function madeToThink(work: string): Promise<Way> {
  const { problems } = await readTinyHeldout(TINY_HELDOUT_PATH);
  const lines = problems
    .filter(({ type }) => type === "deduction")
    .map((problem) => JSON.stringify({ ...problem, prompt: problem.prompt + PART_TAGS.thought }));
  const path = join(work, "made-to-think.jsonl");
  await Bun.write(path, `${lines.join("\n")}\n`);
  return { name: MADE_TO_THINK, benchmark: "tiny-heldout", options: ["--data", path] };
}

export const unseenPath = (work: string): string => join(work, "unseen.jsonl");

/** A way, put to the problems that no setting was chosen on; they lie in the work directory. */
export function onUnseen(work: string, way: Way): Way {
  return { ...way, options: [...way.options, "--data", unseenPath(work)] };
}

/** Writes those problems, unless they are there. */
export async function writeUnseen(work: string): Promise<void> {
  const path = unseenPath(work);
  if (!existsSync(path)) await Bun.write(path, await unseenProblems());
}

const runOf = (work: string, variant: Variant, seed: number) => join(work, `${variant.name}-${seed}`);

/** Whether the run of a variant with a seed has made all its steps. */
export function isFinished(work: string, variant: Variant, seed: number): boolean {
  return hasAllSteps(runOf(work, variant, seed));
}

export interface Training {
  seed: number;
  steps: number;
  /** Of all runs, as `--set` writes them, behind the variant's own. */
  settings: readonly string[];
}

/** A run of a variant with a seed: made, or gone on with where it was left. Its directory. */
export async function train(
  work: string,
  variant: Variant,
  { seed, steps, settings: shared }: Training,
): Promise<string> {
  const run = runOf(work, variant, seed);
  const set = [...variant.settings, ...shared, `steps=${steps}`, `seed=${seed}`];
  await makeAllSteps(work, run, { preset: "tiny", set });
  return run;
}
