import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dispose, MxArray, saveSafetensors } from "../../src/mlx/index.ts";
import { loadModel } from "../../src/models/load.ts";

/** A small model as transformers computed it; see test/goldens/make/conformance.py. */
export interface Conformance {
  config: Record<string, unknown>;
  tensors: [name: string, shape: number[]][];
  tokens: number[][];
  /** Mean over tokens of -log p of the next token. */
  loss: number;
  /** Of all parameters' gradients of that loss together. */
  gradientNorm: number;
  logits: Float32Array;
}

export const VARIANTS = [
  "llama",
  "llama3-older",
  "llama3-newer",
  "llama-linear",
  "llama-biases",
  "mistral",
  "qwen2-tied",
  "qwen2-untied",
  "qwen3",
  "gpt2",
  "gpt2-bare",
] as const;

export function conformance(variant: string): Conformance {
  const path = join(import.meta.dir, "..", "goldens", "conformance", `${variant}.json`);
  const stored = JSON.parse(readFileSync(path, "utf8")) as Omit<Conformance, "logits"> & { logits: string };
  const bytes = Buffer.from(stored.logits, "base64");
  return {
    ...stored,
    logits: new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)),
  };
}

/** The golden's weights: of -0.5 to 0.5 by a hash of the index. */
function numbers(seed: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    let x = (Math.imul(i, 2654435761) + seed * 40503 + 1) >>> 0;
    x ^= x >>> 16;
    x = Math.imul(x, 2246822519) >>> 0;
    x ^= x >>> 13;
    x = Math.imul(x, 3266489917) >>> 0;
    x ^= x >>> 16;
    return (x >>> 0) / 2 ** 32 - 0.5;
  });
}

/** The weights by name; the caller's to free. `positions`: how many are learned, where not as in the golden. */
export function conformanceTensors(variant: string, positions?: unknown): Map<string, MxArray> {
  return new Map(
    conformance(variant).tensors.map(([name, stored], seed) => {
      const longer = name.endsWith("wpe.weight") && typeof positions === "number";
      const shape = longer ? [positions, ...stored.slice(1)] : stored;
      const isNorm = shape.length === 1 && name.endsWith("weight");
      const values = numbers(
        seed,
        shape.reduce((a, b) => a * b, 1),
      ).map((x) => (isNorm ? 1 + 0.4 * x : 0.6 * x));
      return [name, MxArray.from(Float32Array.from(values), shape)];
    }),
  );
}

/** Writes the model into a directory of its own, as Hugging Face has it. */
export function writeConformanceModel(
  root: string,
  variant: string,
  changes: Record<string, unknown> = {},
): string {
  const directory = join(root, variant);
  mkdirSync(directory);
  const { config } = conformance(variant);
  const arrays = conformanceTensors(variant, changes.n_positions);
  saveSafetensors(join(directory, "model.safetensors"), arrays, { format: "pt" });
  dispose(arrays);
  writeFileSync(join(directory, "config.json"), JSON.stringify({ ...config, ...changes }));
  writeFileSync(join(directory, "tokenizer.json"), "{}");
  return directory;
}

/** Float32 and nothing packed, as the goldens are. */
export const open = (directory: string) =>
  loadModel({ path: directory, name: "conformance", format: "directory" }, { device: "cpu", float32: true });
