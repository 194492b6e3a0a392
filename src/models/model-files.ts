import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ModelLoadError } from "../errors/index.ts";

/** A model's files in Hugging Face's layout: its weights, */
export const SINGLE_FILE = "model.safetensors";
export const INDEX_FILE = "model.safetensors.index.json";

/** and what it is loaded from beside them. Never a pickle. */
export const COMPANIONS: ReadonlySet<string> = new Set([
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "vocab.json",
  "merges.txt",
  "tokenizer.model",
  "chat_template.jinja",
  "azr.json",
]);

/** Which file of a model in shards holds which tensor. */
export type WeightMap = ReadonlyMap<string, string>;

/**
 * The weight files of a directory, each with the tensors that the index says it holds; null where there is no
 * index, and the one file holds everything. Throws ModelLoadError for a broken index.
 */
export function weightFiles(directory: string): Map<string, ReadonlySet<string> | null> {
  const index = join(directory, INDEX_FILE);
  if (!existsSync(index)) return new Map([[SINGLE_FILE, null]]);
  const files = new Map<string, Set<string>>();
  for (const [tensor, file] of parseWeightIndex(readFileSync(index, "utf8"), index)) {
    const tensors = files.get(file) ?? new Set();
    files.set(file, tensors.add(tensor));
  }
  return new Map([...files].sort(([a], [b]) => a.localeCompare(b)));
}

/** Names of the weight files that a directory should have and has not. */
export function missingWeightFiles(directory: string): string[] {
  return [...weightFiles(directory).keys()].filter((file) => !existsSync(join(directory, file)));
}

/** `weight_map` of an index. Throws ModelLoadError where it is not one, or leads out of its directory. */
export function parseWeightIndex(text: string, path: string): WeightMap {
  const damaged = (reason: string, cause?: unknown) =>
    new ModelLoadError(`${path} is not an index of weight files: ${reason}.`, {
      mend: "Fetch the model again.",
      cause,
    });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw damaged("it is not JSON", cause);
  }
  const map = isObject(json) ? json.weight_map : undefined;
  if (!isObject(map) || Object.keys(map).length === 0) throw damaged("it has no weight_map");
  for (const [tensor, file] of Object.entries(map)) {
    if (typeof file !== "string" || !/^[\w.-]+\.safetensors$/.test(file)) {
      throw damaged(`tensor ${tensor} is said to be in ${JSON.stringify(file)}`);
    }
  }
  return new Map(Object.entries(map as Record<string, string>));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
