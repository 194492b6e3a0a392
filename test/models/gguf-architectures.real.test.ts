import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GgufValue, writeGguf } from "../../src/gguf/index.ts";
import { dispose } from "../../src/mlx/index.ts";
import { directoryConfig } from "../../src/models/hugging-face-config.ts";
import { loadModel } from "../../src/models/load.ts";
import { type RopeSettings, ropeDivisors } from "../../src/nn/rope.ts";
import { expectClose, withMlx } from "../mlx/live-arrays.ts";
import { conformance, conformanceTensors, open, writeConformanceModel } from "./conformance-model.ts";

/** The conformance suite's models as GGUF files of float32. */
withMlx();

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "azr-gguf-architectures-"));
});
afterAll(() => rm(root, { recursive: true }));

const NAMES: [RegExp, string][] = [
  [/^model\.embed_tokens/, "token_embd"],
  [/^model\.norm/, "output_norm"],
  [/^lm_head/, "output"],
  [/^model\.layers/, "blk"],
  [/input_layernorm/, "attn_norm"],
  [/post_attention_layernorm/, "ffn_norm"],
  [/self_attn\.([qkv])_proj/, "attn_$1"],
  [/self_attn\.o_proj/, "attn_output"],
  [/self_attn\.([qk])_norm/, "attn_$1_norm"],
  [/mlp\.(gate|up|down)_proj/, "ffn_$1"],
];
const ggufName = (name: string) => NAMES.reduce((text, [pattern, to]) => text.replace(pattern, to), name);

/** Rows of each head with the halves interleaved, as llama.cpp has Llama's queries and keys. */
function interleaved(values: Float32Array, rows: number, head: number): Float32Array {
  const width = values.length / rows;
  const moved = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const [first, i] = [row - (row % head), row % head];
    const to = first + (i < head / 2 ? 2 * i : 2 * (i - head / 2) + 1);
    moved.set(values.subarray(row * width, (row + 1) * width), to * width);
  }
  return moved;
}

const bytes = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

function writeConformanceGguf(
  variant: string,
  file: string,
  { base, factors }: { base?: number; factors?: readonly number[] } = {},
): string {
  const config = directoryConfig(conformance(variant).config, variant);
  const key = config.architecture;
  const metadata = new Map<string, GgufValue>([
    ["general.architecture", key],
    [`${key}.vocab_size`, config.vocabularySize],
    [`${key}.embedding_length`, config.hiddenSize],
    [`${key}.feed_forward_length`, config.intermediateSize],
    [`${key}.block_count`, config.layers],
    [`${key}.attention.head_count`, config.heads],
    [`${key}.attention.head_count_kv`, config.keyValueHeads],
    [`${key}.attention.key_length`, config.headDimension],
    [`${key}.attention.layer_norm_rms_epsilon`, config.normEpsilon],
    [`${key}.context_length`, config.contextLength],
    [`${key}.rope.freq_base`, base ?? config.rope?.base ?? 0],
  ]);
  const tensors = conformanceTensors(variant);
  const outputs = [...tensors].map(([name, array]) => {
    const values = array.toFloat32();
    const turned = key === "llama" && /\.[qk]_proj\.weight$/.test(name);
    const rows = array.shape[0] as number;
    const stored = turned ? interleaved(values, rows, config.headDimension) : values;
    return { name: ggufName(name), shape: array.shape, type: "F32", data: () => bytes(stored) };
  });
  if (factors) {
    const stored = Float32Array.from(factors);
    outputs.push({
      name: "rope_freqs.weight",
      shape: [factors.length],
      type: "F32",
      data: () => bytes(stored),
    });
  }
  const path = join(root, file);
  writeGguf(path, outputs, metadata);
  dispose(tensors);
  return path;
}

const openGguf = (path: string) =>
  loadModel({ path, name: "conformance", format: "gguf" }, { device: "cpu" });

test.each(["llama", "qwen2-tied", "qwen2-untied", "qwen3"])("%s from a GGUF file", async (variant) => {
  const expected = conformance(variant);
  using model = await openGguf(writeConformanceGguf(variant, `${variant}.gguf`));
  expectClose(model.logits(expected.tokens).data, expected.logits, 1e-4);
});

/** What llama.cpp's converter makes of Llama 3's scaling. */
function ropeFactors(headDimension: number, settings: RopeSettings): number[] {
  const plain = ropeDivisors(headDimension, { ...settings, scaling: null });
  return ropeDivisors(headDimension, settings).map((divisor, i) => divisor / (plain[i] as number));
}

test("Llama 3's stretched rope is known by its factors; other factors are refused", async () => {
  const settings = {
    base: 500_000,
    scaling: {
      type: "llama3",
      factor: 32,
      lowFrequencyFactor: 1,
      highFrequencyFactor: 4,
      originalContext: 8192,
    },
  } as const;
  const factors = ropeFactors(8, settings);
  expect(factors[0]).toBe(1);
  const { tokens } = conformance("llama");
  const directory = writeConformanceModel(root, "llama", {
    rope_theta: 500_000,
    rope_scaling: {
      rope_type: "llama3",
      factor: 32,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 8192,
    },
  });
  using same = await open(directory);
  using model = await openGguf(writeConformanceGguf("llama", "stretched.gguf", { base: 500_000, factors }));
  expect(model.config.rope?.scaling).toEqual(settings.scaling);
  expectClose(model.logits(tokens).data, same.logits(tokens).data, 1e-5);
  const odd = writeConformanceGguf("llama", "odd.gguf", { factors: [1, 2, 3, 4] });
  await expect(openGguf(odd)).rejects.toThrow("its rope scaling (none, rope_freqs.weight) is not supported");
});
