import type { MxArray } from "./array.ts";
import { check, native } from "./ffi/library.ts";
import { cStrings, handleList } from "./ffi/pointer.ts";
import { namedResults } from "./named-results.ts";
import { readSafetensorsHeader } from "./safetensors-header.ts";

/**
 * The tensors and metadata of a safetensors file. Lazy: data is read when an array is evaluated. Throws
 * ModelLoadError for a missing, truncated or malformed file.
 */
export function loadSafetensors(path: string): {
  tensors: Map<string, MxArray>;
  metadata: Record<string, string>;
} {
  const { metadata } = readSafetensorsHeader(path);
  return { tensors: namedResults(native().azr_load_safetensors(cStrings(path))), metadata };
}

/**
 * Evaluates the tensors and writes them. `path` ends in `.safetensors`; an existing file is overwritten in place,
 * so write beside and rename where it must never be half there. Throws EngineError, on a full disk too.
 */
export function saveSafetensors(
  path: string,
  tensors: Readonly<Record<string, MxArray>> | ReadonlyMap<string, MxArray>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  if (!path.endsWith(".safetensors")) throw new RangeError(`${path} does not end in .safetensors`);
  const entries = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  const about = Object.entries(metadata);
  check(
    native().azr_save_safetensors(
      cStrings(path),
      cStrings(...entries.map(([name]) => name)),
      handleList(entries.map(([, array]) => array.handle)),
      entries.length,
      cStrings(...about.flat()),
      about.length,
    ),
  );
}
