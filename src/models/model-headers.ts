import { statSync } from "node:fs";
import { join } from "node:path";
import { readGgufHeader } from "../gguf/index.ts";
import { readSafetensorsHeader, type SafetensorsHeader } from "../mlx/safetensors-header.ts";
import type { Packing } from "../nn/quantized-linear.ts";
import type { ModelConfig } from "./config.ts";
import { ggufConfig, ROPE_FACTORS } from "./gguf-weights.ts";
import { directoryConfig, readConfigFile } from "./hugging-face-config.ts";
import { weightFiles } from "./model-files.ts";
import { packingFor, parseQuantization } from "./quantization.ts";
import type { ResolvedModel } from "./resolve.ts";

/** A weight of a model as its file announces it. */
export interface WeightHeader {
  /** As the file spells it, without the parts of a packed one. */
  name: string;
  /** What it stands for: unpacked, row-major. */
  shape: number[];
  /** Size in the file; of a packed one with its scales and biases. */
  bytes: number;
  packing: Packing | null;
}

/** What is known of a model before its weights are read. */
export interface ModelHeaders {
  config: ModelConfig;
  weights: WeightHeader[];
  /** Of the weight files. */
  fileBytes: number;
}

/** Reads a model's configuration and the headers of its weight files. Loads no MLX. Throws ModelLoadError. */
export function readHeaders({ path, format }: ResolvedModel): ModelHeaders {
  if (format === "gguf") return ggufHeaders(path);
  const files = [...weightFiles(path).keys()].map((file) => join(path, file));
  return directoryHeaders(
    readConfigFile(path),
    files.map(readSafetensorsHeader),
    files.reduce((sum, file) => sum + statSync(file).size, 0),
    join(path, "config.json"),
  );
}

/** As `readHeaders`, from a config.json and headers that came from anywhere. */
export function directoryHeaders(
  json: Readonly<Record<string, unknown>>,
  files: readonly SafetensorsHeader[],
  fileBytes: number,
  configPath: string,
): ModelHeaders {
  const config = directoryConfig(json, configPath);
  const quantization = parseQuantization(json, configPath);
  const tensors = new Map(files.flatMap((file) => [...file.tensors]));
  const weights: WeightHeader[] = [];
  for (const [name, { shape, bytes }] of tensors) {
    if (/\.(scales|biases)$/.test(name) || isLeftOver(name, config)) continue;
    const module = name.replace(/\.weight$/, "");
    const [scales, biases] = [tensors.get(`${module}.scales`), tensors.get(`${module}.biases`)];
    const packing = scales && quantization ? packingFor(quantization, module) : null;
    if (!packing) weights.push({ name, shape, bytes, packing });
    else {
      const [rows = 0, words = 0] = shape;
      const inputs = (words * 32) / packing.bits;
      weights.push({
        name,
        shape: [rows, inputs],
        bytes: bytes + (scales?.bytes ?? 0) + (biases?.bytes ?? 0),
        packing,
      });
    }
  }
  return { config, weights, fileBytes };
}

/** Tensors that some files hold and no model reads: rope's frequencies, masks, an output projection that is the embedding. */
export function isLeftOver(name: string, { tiedEmbedding }: ModelConfig): boolean {
  const computed = name.endsWith("rotary_emb.inv_freq") || /\.attn\.(masked_)?bias$/.test(name);
  return computed || (tiedEmbedding && name.startsWith("lm_head."));
}

/** Bits of GGUF's packed storage types, whose groups are of 32. */
const GGUF_BITS: Readonly<Record<string, number>> = { Q4_0: 4, Q4_1: 4, Q8_0: 8 };

function ggufHeaders(path: string): ModelHeaders {
  const header = readGgufHeader(path);
  const weights = header.tensors.filter(({ name }) => name !== ROPE_FACTORS);
  return {
    config: ggufConfig(path, header),
    weights: weights.map(({ name, shape, bytes, type }) => {
      const bits = GGUF_BITS[type];
      return { name, shape, bytes, packing: bits === undefined ? null : { bits, groupSize: 32 } };
    }),
    fileBytes: statSync(path).size,
  };
}
