import { initialise } from "../../src/mlx/index.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { loadModel } from "../../src/models/load.ts";
import { resolveModel } from "../../src/models/resolve.ts";

/** What mlx-lm computed on the same weights (goldens/make/smollm2_logits.py). */
export interface LogitsGolden {
  name: string;
  prompt: number[];
  positions: {
    position: number;
    /** The largest logits and whose they are. */
    ids: number[];
    logits: number[];
    mean: number;
    deviation: number;
    logSumExp: number;
  }[];
  /** The 64 most likely tokens, one after another. */
  greedy: number[];
}

export const GOLDENS: LogitsGolden[] = await Bun.file(
  new URL("../goldens/smollm2-logits.json", import.meta.url),
).json();

/** Long enough for a first download. */
export const LOAD_TIMEOUT = 300_000;

/** The real SmolLM2-135M-Instruct, 4-bit file. */
export async function loadSmolLM2(): Promise<LanguageModel> {
  await initialise();
  return await loadModel(await resolveModel("smollm2-135m"));
}
