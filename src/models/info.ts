import { existsSync } from "node:fs";
import { cachedSnapshot } from "../hub/cache.ts";
import { isOffline } from "../hub/client.ts";
import { type HubRepository, parseRepository } from "../hub/repository.ts";
import type { Packing } from "../nn/quantized-linear.ts";
import { missingFiles } from "./cached-models.ts";
import { countParameters } from "./memory-estimate.ts";
import { type ModelHeaders, readHeaders } from "./model-headers.ts";
import { type ResolveOptions, resolveModel } from "./resolve.ts";

export interface ModelInfo {
  name: string;
  /** Null for a repository of the hub that is not on this machine. */
  path: string | null;
  headers: ModelHeaders;
  parameters: number;
  /** Size of the weights in their files, in bits of each parameter. */
  bitsPerWeight: number;
  /** How most matrices are packed, and how many are packed otherwise or not at all; null where none is packed. */
  packing: (Packing & { otherwise: number }) | null;
}

/**
 * What a model is, before anything of it is loaded: from config.json and the headers of its weight files. Of a repo id
 * that is not in the cache the hub is asked for these alone. Throws ModelLoadError and SetupError as `resolveModel`.
 */
export async function modelInfo(source: string, options: ResolveOptions = {}): Promise<ModelInfo> {
  const repository = parseRepository(source);
  if (repository && !isOnDisk(source, repository)) {
    const { readHubHeaders } = await import("./hub-headers.ts");
    return describe(source, null, await readHubHeaders(repository));
  }
  const model = await resolveModel(source, options);
  return describe(model.name, model.path, readHeaders(model));
}

/** Whether a path or a repo id is here whole, so that `modelInfo` neither fetches nor asks for anything. */
export function isAtHand(source: string): boolean {
  if (existsSync(source)) return true;
  const repository = parseRepository(source);
  const snapshot = repository && cachedSnapshot(repository);
  return snapshot !== undefined && missingFiles(snapshot).length === 0;
}

/** Whether resolving a repo id fetches nothing: a local directory is called so, or the cache has all of it. */
function isOnDisk(source: string, repository: HubRepository): boolean {
  if (isOffline() || existsSync(source)) return true;
  const snapshot = cachedSnapshot(repository);
  return snapshot !== undefined && missingFiles(snapshot).length === 0;
}

function describe(name: string, path: string | null, headers: ModelHeaders): ModelInfo {
  const { weights } = headers;
  const parameters = countParameters(weights);
  const bytes = weights.reduce((sum, weight) => sum + weight.bytes, 0);
  return {
    name,
    path,
    headers,
    parameters,
    bitsPerWeight: (8 * bytes) / parameters,
    packing: commonPacking(headers),
  };
}

function commonPacking({ weights }: ModelHeaders): ModelInfo["packing"] {
  const matrices = weights.filter(({ shape }) => shape.length === 2);
  const groups = Map.groupBy(matrices, ({ packing }) => packing && `${packing.bits} ${packing.groupSize}`);
  groups.delete(null);
  const [most] = [...groups.values()].sort((a, b) => b.length - a.length);
  const packing = most?.[0]?.packing;
  return packing && most ? { ...packing, otherwise: matrices.length - most.length } : null;
}
