import type { Config } from "../config/schema.ts";
import type { GenerationRequest } from "../interfaces/generator.ts";

/** A config's sampling settings as the generator takes them. */
export function sampling(
  settings: Config["selfplay"]["propose"],
): Pick<GenerationRequest, "maxTokens" | "temperature" | "topP" | "topK" | "minP" | "repetitionPenalty"> {
  return {
    maxTokens: settings.max_tokens,
    temperature: settings.temperature,
    topP: settings.top_p,
    topK: settings.top_k,
    minP: settings.min_p,
    repetitionPenalty: settings.repetition_penalty,
  };
}
