import { ConfigError } from "../errors/index.ts";
import { type GenerationRequest, isTemperature, LEAST_TEMPERATURE } from "../interfaces/generator.ts";

/** Throws ConfigError for a request that a model with this context and vocabulary cannot answer as it is meant. */
export function checkRequest(
  request: GenerationRequest,
  { contextLength, vocabularySize }: { contextLength: number; vocabularySize: number },
): void {
  const { prompt } = request;
  if (prompt.length === 0 || prompt.length >= contextLength) {
    throw new ConfigError(`a prompt of ${prompt.length} tokens: this model takes 1 to ${contextLength - 1}`, {
      mend: "Shorten the prompt (in self-play: fewer references, or a lower max_prompt_tokens).",
    });
  }
  const unknown = prompt.find((token) => !Number.isInteger(token) || token < 0 || token >= vocabularySize);
  if (unknown !== undefined) {
    throw new ConfigError(`token ${unknown} in a prompt: this model has ${vocabularySize} tokens`, {
      mend: "Encode the prompt with the model's own tokenizer.",
    });
  }
  for (const [name, wanted, holds] of rules(request)) {
    if (!holds) throw new ConfigError(`${name} is ${wanted}, and ${shown(request, name)} came`);
  }
}

type Field = Exclude<keyof GenerationRequest, "prompt">;

function rules(r: GenerationRequest): [name: Field, wanted: string, holds: boolean][] {
  const { topK = 0, topP = 1, minP = 0, repetitionPenalty = 1, repetitionWindow = 0, stop = [] } = r;
  const whole = (value: number, least: number) => Number.isInteger(value) && value >= least;
  return [
    ["samples", "a whole number", whole(r.samples, 0)],
    ["firstSample", "a whole number", r.firstSample === undefined || whole(r.firstSample, 0)],
    ["maxTokens", "a whole number above 0", whole(r.maxTokens, 1)],
    ["temperature", `0 or at least ${LEAST_TEMPERATURE}`, isTemperature(r.temperature)],
    ["topK", "a whole number", whole(topK, 0)],
    ["topP", "above 0 and at most 1", topP > 0 && topP <= 1],
    ["minP", "between 0 and 1", minP >= 0 && minP <= 1],
    ["repetitionPenalty", "above 0", repetitionPenalty > 0 && Number.isFinite(repetitionPenalty)],
    ["repetitionWindow", "a whole number", whole(repetitionWindow, 0)],
    ["stop", "a list of strings that are not empty", stop.every((text) => text !== "")],
  ];
}

const shown = (request: GenerationRequest, name: Field): string => JSON.stringify(request[name]) ?? "nothing";
