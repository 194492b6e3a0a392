import { existsSync } from "node:fs";
import { join } from "node:path";
import { ModelLoadError } from "../errors/index.ts";
import { dispose, loadSafetensors, type MxArray, readSafetensorsHeader } from "../mlx/index.ts";
import { weightFiles } from "./model-files.ts";

/**
 * Every tensor of model.safetensors, or of the shards that its index names, lazily: data is read when an array is
 * evaluated. All files are checked before the first is opened. Throws ModelLoadError for a missing or damaged file,
 * a shard that lacks a tensor which the index says it holds, and a tensor that two shards hold.
 */
export function loadDirectoryTensors(directory: string): Map<string, MxArray> {
  const files = checkedFiles(directory);
  const tensors = new Map<string, MxArray>();
  try {
    for (const path of files) {
      for (const [name, array] of loadSafetensors(path).tensors) tensors.set(name, array);
    }
  } catch (error) {
    dispose(tensors);
    throw error;
  }
  return tensors;
}

/** Paths of the weight files, their headers read and held against the index. */
function checkedFiles(directory: string): string[] {
  const owners = new Map<string, string>();
  return [...weightFiles(directory)].map(([file, indexed]) => {
    const path = join(directory, file);
    if (!existsSync(path)) {
      throw new ModelLoadError(`${path} is missing.`, {
        mend: "Fetch the model again; every weight file must be there.",
      });
    }
    const { tensors } = readSafetensorsHeader(path);
    for (const name of indexed ?? []) {
      if (tensors.has(name)) continue;
      throw new ModelLoadError(`${path} lacks the tensor ${name}, which the index says it holds.`, {
        mend: "Fetch the model again: the index and the weight files are of different versions.",
      });
    }
    for (const name of tensors.keys()) {
      const other = owners.get(name);
      if (other !== undefined) {
        throw new ModelLoadError(`${directory}: both ${other} and ${file} hold the tensor ${name}.`, {
          mend: "Fetch the model again.",
        });
      }
      owners.set(name, file);
    }
    return path;
  });
}
