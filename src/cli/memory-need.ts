import { needsReference } from "../config/reference.ts";
import type { Config } from "../config/schema.ts";
import { isAtHand, modelInfo } from "../models/info.ts";
import { inferenceMemory, trainingMemory } from "../models/memory-estimate.ts";
import type { ModelHeaders, WeightHeader } from "../models/model-headers.ts";
import { TRAINING_TOKENS } from "../models/pass-sizes.ts";
import type { MemoryNeed } from "../tui/services.ts";
import { knownModels } from "./known-models.ts";

/** Sequences that are generated together. */
const BATCH = 32;
/** Weights that `model.quantize` packs share a scale and a bias in groups of so many. */
const GROUP = 64;

/**
 * What a run takes at its peak, from its settings and the headers of its model; null where the model is not on this
 * machine: nothing is fetched for an estimate. Prompts and answers are taken to be as long as the settings let them be.
 */
export async function memoryNeed(config: Config): Promise<MemoryNeed | null> {
  const { source, quantize } = config.model;
  const named = knownModels().find(({ name }) => name === source.toLowerCase());
  if (named ? named.path === null : !isAtHand(source)) return null;
  const headers = packed((await modelInfo(source)).headers, quantize);
  const { adapter, selfplay, training } = config;
  const device =
    config.model.device === "auto" ? (process.platform === "darwin" ? "gpu" : "cpu") : config.model.device;
  const answer = Math.max(selfplay.propose.max_tokens, selfplay.solve.max_tokens);
  const length = Math.min(headers.config.contextLength, selfplay.max_prompt_tokens + answer);
  const tokens = training.tokens_per_microbatch || TRAINING_TOKENS[device];
  const generation = inferenceMemory(headers, {
    device,
    batch: BATCH,
    length,
    prompt: Math.max(1, Math.min(selfplay.max_prompt_tokens, length - 1)),
  });
  const learning = trainingMemory(headers, {
    device,
    tokens,
    answered: Math.ceil(tokens / 2),
    rank: adapter.type === "lora" ? adapter.rank : null,
    checkpointing: training.gradient_checkpointing,
    reference: adapter.type === "full" && needsReference(training),
  });
  const plays = training.algorithm.type !== "sft";
  return { device, generation: plays ? generation.total : 0, training: learning.total };
}

/** The headers as they are once whole matrices were packed. */
function packed(headers: ModelHeaders, bits: Config["model"]["quantize"]): ModelHeaders {
  if (bits === "none") return headers;
  const weights = headers.weights.map((weight): WeightHeader => {
    if (weight.packing || weight.shape.length !== 2) return weight;
    const count = weight.shape.reduce((product, extent) => product * extent, 1);
    return {
      ...weight,
      bytes: (count * bits) / 8 + (4 * count) / GROUP,
      packing: { bits, groupSize: GROUP },
    };
  });
  return { ...headers, weights };
}
