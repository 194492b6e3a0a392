import { writeFileSync } from "node:fs";
import type { ConfigInput } from "../../src/config/schema.ts";
import { writeRows } from "../../tiny/data.ts";
import type { Mix } from "../../tiny/rows.ts";
import { warmStartConfig } from "../../tiny/warm-start.ts";
import { makeAllSteps } from "../parts/command-line.ts";

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
const ROWS = 50_000;
/** Rows that the loss is watched on. */
const VALIDATION_ROWS = 500;
/** Of the generator's draws: none of the warm start's (0 to 2). */
const FIRST_SEED = 100;

/** Everything that such a run is made of, but where its files are. */
export function lesson(seed: number): unknown {
  return {
    mix: MIX,
    rows: ROWS,
    firstSeed: FIRST_SEED,
    settings: settings(seed, { data: "", validation: "" }),
  };
}

/** A run that goes on with the warm start of the model that ships: supervised, no self-play. */
export async function taught(work: string, run: string, seed: number): Promise<void> {
  const data = `${run}.jsonl`;
  const validation = `${work}/validation.jsonl`;
  await writeRows(data, { seed: FIRST_SEED + seed, rows: ROWS, mix: MIX, anyNames: true });
  await writeRows(validation, { seed: FIRST_SEED - 1, rows: VALIDATION_ROWS, mix: MIX, heldOut: true });
  const file = `${run}.yaml`;
  writeFileSync(file, JSON.stringify(settings(seed, { data, validation }), null, 1));
  await makeAllSteps(work, run, { file });
}

function settings(seed: number, files: { data: string; validation: string }): ConfigInput {
  const config = warmStartConfig({ model: "tiny", seed, ...files });
  const { training } = config;
  // As the warm start's second pass.
  return { ...config, training: { ...training, optimizer: { ...training?.optimizer, learning_rate: 1e-3 } } };
}
