import { closeSync, openSync, readSync } from "node:fs";
import { ModelLoadError } from "../errors/index.ts";
import { type GgufTensor, type GgufValue, readGgufHeader, writeGguf } from "../gguf/index.ts";
import { MxArray } from "./array.ts";
import type { Dtype } from "./dtype.ts";
import { native } from "./ffi/library.ts";
import { cStrings } from "./ffi/pointer.ts";
import { namedResults } from "./named-results.ts";
import { view } from "./ops/shape.ts";

/** Storage types that arrive as packed groups of 32: X.weight (uint32), X.scales and X.biases (float16). */
const PACKED = new Set(["Q4_0", "Q4_1", "Q8_0"]);
/** Storage types that arrive as one array. MLX expands some K types too, but Q4_K with the wrong scales. */
const PLAIN = new Set(["F32", "F16", "BF16", "I8", "I16", "I32"]);

/**
 * The tensors and metadata of a GGUF file. Quantized tensors keep their names: `X.weight` packed in uint32, with
 * `X.scales` and `X.biases` beside it. Throws ModelLoadError for a truncated or malformed file and for storage
 * types that MLX does not read, naming them.
 */
export function loadGguf(path: string): {
  tensors: Map<string, MxArray>;
  metadata: Map<string, GgufValue>;
} {
  const { tensors, metadata } = readGgufHeader(path);
  const unknown = tensors.filter(({ type }) => !PACKED.has(type) && !PLAIN.has(type));
  if (unknown.length > 0) {
    const types = [...new Set(unknown.map(({ type }) => type))].join(", ");
    throw new ModelLoadError(
      `${path}: ${unknown.length} tensors are stored as ${types}, such as ${unknown[0]?.name} (${unknown[0]?.type}).`,
      {
        mend: "Use a file stored as Q4_1, Q4_0, Q8_0, F16, BF16 or F32; or the model's Hugging Face repository.",
      },
    );
  }
  const nameless = tensors.find(({ name, type }) => PACKED.has(type) && !name.endsWith(".weight"));
  if (nameless) {
    throw new ModelLoadError(`${path}: the ${nameless.type} tensor ${nameless.name} is not named X.weight.`);
  }
  const loaded = namedResults(native().azr_load_gguf(cStrings(path)));
  for (const tensor of tensors.filter(({ type }) => type === "BF16")) {
    loaded.get(tensor.name)?.dispose();
    loaded.set(tensor.name, readBfloat16(path, tensor));
  }
  return { tensors: loaded, metadata };
}

/** MLX's loader would make float16 of it, whose range is smaller. */
function readBfloat16(path: string, { shape, offset, bytes }: GgufTensor): MxArray {
  const data = new Uint16Array(bytes / 2);
  const file = openSync(path, "r");
  try {
    readSync(file, data, 0, bytes, offset);
  } finally {
    closeSync(file);
  }
  using stored = MxArray.from(data, shape);
  return view(stored, "bfloat16");
}

const STORAGE: Partial<Record<Dtype, string>> = {
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  int8: "I8",
  int16: "I16",
  int32: "I32",
  int64: "I64",
  float64: "F64",
};

/** Writes plain (not quantized) tensors and metadata. Throws RangeError for a dtype that GGUF lacks. */
export function saveGguf(
  path: string,
  tensors: Readonly<Record<string, MxArray>> | ReadonlyMap<string, MxArray>,
  metadata: ReadonlyMap<string, GgufValue> = new Map(),
): void {
  const entries: [string, MxArray][] = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  writeGguf(
    path,
    entries.map(([name, array]) => {
      const type = STORAGE[array.dtype];
      if (!type) throw new RangeError(`GGUF has no storage for ${array.dtype} (tensor ${name})`);
      return { name, shape: array.shape, type, data: () => array.toBytes() };
    }),
    metadata,
  );
}
