import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { JUDGE_VERSION } from "../../src/evaluation/samples-key.ts";
import { digest } from "./digest.ts";
import type { ProblemSet } from "./problem-sets.ts";
import { supervisedRecipe } from "./supervised.ts";
import { PRESET, type Variant } from "./variants.ts";

const WEIGHTS = join(import.meta.dir, "..", "..", "models", "tiny", "model.safetensors");

/** What makes a run what it is: every setting. 12 hexadecimal digits. */
export function recipeOf(variant: Variant, settings: readonly string[], seed: number): string {
  if (variant.kind === "reference") return supervisedRecipe(seed);
  return digest([JSON.stringify(loadConfig(sourcesOf(variant, settings, seed)))]);
}

/** What a run of self-play is configured by. */
export function sourcesOf({ preset = PRESET }: Variant, settings: readonly string[], seed: number) {
  return { preset, set: [...settings, `seed=${seed}`] };
}

/** What all measures stand on: the weights, the problems' texts, and how answers are judged. */
export function basisOf(sets: readonly ProblemSet[]): string {
  const texts = sets.flatMap(({ files }) => files.map((path) => readFileSync(path)));
  return digest([String(JUDGE_VERSION), readFileSync(WEIGHTS), ...texts]);
}
