import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { type ConfigInput, ConfigSchema } from "../../src/config/schema.ts";
import { type RowsOptions, writeRows } from "../../tiny/data.ts";
import type { Mix } from "../../tiny/rows.ts";
import { RATES, warmStartConfig } from "../../tiny/warm-start.ts";
import { makeAllSteps } from "../parts/command-line.ts";
import { digest } from "./digest.ts";

/** The warm start's kinds of text, but what self-play has to find out is taught: to think in deduction, and abduction. */
const MIX: Mix = {
  "propose deduction": 0.06,
  "propose abduction": 0.05,
  "propose induction": 0.09,
  "solve deduction": 0.02,
  "think deduction": 0.34,
  "solve abduction": 0.15,
  "solve induction": 0.13,
  "complete a function": 0.16,
};
/** Of the generator's draws: none of the warm start's (0 to 2). */
const FIRST_SEED = 100;
const texts = (seed: number): RowsOptions => ({
  seed: FIRST_SEED + seed,
  rows: 50_000,
  mix: MIX,
  anyNames: true,
});
/** What the loss is watched on. */
const WATCHED: RowsOptions = { seed: FIRST_SEED - 1, rows: 500, mix: MIX, heldOut: true };

/** Everything that such a run is made of, but where its files are. */
export function supervisedRecipe(seed: number): string {
  const config = v.parse(ConfigSchema, settings(seed, { data: "texts", validation: "watched" }));
  return digest([JSON.stringify([texts(seed), WATCHED, config])]);
}

/** A run that goes on from the model that ships: supervised, no self-play. */
export async function trainSupervised(work: string, run: string, seed: number): Promise<void> {
  const made = supervisedRecipe(seed);
  const at = (name: string) => join(work, `supervised-${made}-${name}`);
  const [data, validation] = [at("texts.jsonl"), at("watched.jsonl")];
  await writeRows(data, texts(seed));
  await writeRows(validation, WATCHED);
  const file = at("settings.yaml");
  writeFileSync(file, JSON.stringify(settings(seed, { data, validation }), null, 1));
  await makeAllSteps(work, run, { file });
}

function settings(seed: number, files: { data: string; validation: string }): ConfigInput {
  return warmStartConfig({ model: "tiny", seed, ...files, learningRate: RATES.further });
}
