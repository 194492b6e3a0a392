import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelLoadError } from "../../src/errors/index.ts";
import { type GgufOutput, type GgufValue, writeGguf } from "../../src/gguf/index.ts";
import { dispose, MxArray, scope } from "../../src/mlx/index.ts";
import { loadModel } from "../../src/models/load.ts";
import { quantizeModel } from "../../src/models/quantize.ts";
import { resolveModel } from "../../src/models/resolve.ts";
import { loadTokenizer } from "../../src/tokenizer/load.ts";
import { expectClose, withMlx } from "../mlx/live-arrays.ts";
import { logitsOf, TINY_CONFIG, tinyTensors, writeModel } from "./tiny-model.ts";

withMlx();

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "azr-gguf-model-"));
});
afterAll(() => rm(root, { recursive: true }));

/** How a group of 32 weights is stored, and what comes out of it again. */
interface Storage {
  bytes: number;
  encode(weights: Float32Array, into: DataView): Float32Array;
}

const store16 = (view: DataView, at: number, value: number): number => {
  view.setFloat16(at, value, true);
  return view.getFloat16(at, true);
};

/** Two weights of 4 bits in a byte: the i-th and the (i + 16)-th. */
function nibbles(levels: readonly number[], view: DataView, at: number): void {
  for (let i = 0; i < 16; i++)
    view.setUint8(at + i, (levels[i] as number) | ((levels[i + 16] as number) << 4));
}

const within = (value: number, least: number, most: number) =>
  Math.min(most, Math.max(least, Math.round(value)));

const STORAGE: Record<string, Storage> = {
  F32: {
    bytes: 128,
    encode: (weights, view) => {
      weights.forEach((weight, i) => {
        view.setFloat32(4 * i, weight, true);
      });
      return weights;
    },
  },
  F16: { bytes: 64, encode: (weights, view) => weights.map((weight, i) => store16(view, 2 * i, weight)) },
  Q4_0: {
    bytes: 18,
    encode(weights, view) {
      const scale = store16(view, 0, Math.max(...weights.map(Math.abs)) / 7);
      const levels = Array.from(weights, (weight) => within(weight / scale + 8, 0, 15));
      nibbles(levels, view, 2);
      return Float32Array.from(levels, (level) => (level - 8) * scale);
    },
  },
  Q4_1: {
    bytes: 20,
    encode(weights, view) {
      const least = Math.min(...weights);
      const scale = store16(view, 0, (Math.max(...weights) - least) / 15);
      const bias = store16(view, 2, least);
      const levels = Array.from(weights, (weight) => within((weight - bias) / scale, 0, 15));
      nibbles(levels, view, 4);
      return Float32Array.from(levels, (level) => level * scale + bias);
    },
  },
  Q8_0: {
    bytes: 34,
    encode(weights, view) {
      const scale = store16(view, 0, Math.max(...weights.map(Math.abs)) / 127);
      const levels = Array.from(weights, (weight) => within(weight / scale, -127, 127));
      levels.forEach((level, i) => {
        view.setInt8(2 + i, level);
      });
      return Float32Array.from(levels, (level) => level * scale);
    },
  },
};

function stored(
  weights: Float32Array,
  { bytes, encode }: Storage,
): { data: Uint8Array; values: Float32Array } {
  const data = new Uint8Array((weights.length / 32) * bytes);
  const values = new Float32Array(weights.length);
  for (let group = 0; group < weights.length / 32; group++) {
    const view = new DataView(data.buffer, group * bytes, bytes);
    values.set(encode(weights.slice(32 * group, 32 * group + 32), view), 32 * group);
  }
  return { data, values };
}

const GGUF_NAMES: [string, string][] = [
  ["model.embed_tokens", "token_embd"],
  ["model.layers", "blk"],
  ["model.norm", "output_norm"],
  ["lm_head", "output"],
  ["input_layernorm", "attn_norm"],
  ["post_attention_layernorm", "ffn_norm"],
  ["self_attn.q_proj", "attn_q"],
  ["self_attn.k_proj", "attn_k"],
  ["self_attn.v_proj", "attn_v"],
  ["self_attn.o_proj", "attn_output"],
  ["mlp.gate_proj", "ffn_gate"],
  ["mlp.up_proj", "ffn_up"],
  ["mlp.down_proj", "ffn_down"],
];

const HEAD = 32;

/** Where row `row` of a head of q or k stands in a GGUF file: rope turns neighbours there, halves here. */
const interleaved = (row: number): number => {
  const [head, i] = [Math.floor(row / HEAD), row % HEAD];
  return head * HEAD + (i < HEAD / 2 ? 2 * i : 2 * (i - HEAD / 2) + 1);
};

const metadata = (): Map<string, GgufValue> => {
  // Every byte, as byte-level BPE spells them: enough for a tokenizer.
  const tokens = Array.from({ length: 126 }, (_, i) => (i < 94 ? String.fromCharCode(33 + i) : `t${i}`));
  return new Map<string, GgufValue>([
    ["general.architecture", "llama"],
    ["llama.vocab_size", 128],
    ["llama.embedding_length", 128],
    ["llama.feed_forward_length", 256],
    ["llama.block_count", TINY_CONFIG.num_hidden_layers],
    ["llama.attention.head_count", 4],
    ["llama.attention.head_count_kv", 2],
    ["llama.attention.layer_norm_rms_epsilon", 1e-5],
    ["llama.context_length", 256],
    ["llama.rope.freq_base", 10000],
    ["tokenizer.ggml.model", "gpt2"],
    ["tokenizer.ggml.pre", "gpt-2"],
    ["tokenizer.ggml.tokens", [...tokens, "<s>", "</s>"]],
    ["tokenizer.ggml.token_type", [...tokens.map(() => 1), 3, 3]],
    ["tokenizer.ggml.merges", ["a b"]],
    ["tokenizer.ggml.bos_token_id", 126],
    ["tokenizer.ggml.eos_token_id", 127],
    ["tokenizer.chat_template", "{% for m in messages %}{{ m.content }}{% endfor %}"],
  ]);
};

/** The tiny model as a GGUF file with matrices stored as `type`, and a directory with what they stand for. */
function writePair(type: string): { gguf: string; directory: string } {
  const gguf = join(root, `${type}.gguf`);
  const directory = join(root, type);
  const outputs: GgufOutput[] = [];
  scope(() => {
    const tensors = tinyTensors();
    const values = new Map<string, MxArray>();
    for (const [name, array] of tensors) {
      const isMatrix = array.ndim === 2;
      const { data, values: kept } = stored(array.toFloat32(), STORAGE[isMatrix ? type : "F32"] as Storage);
      values.set(name, MxArray.from(kept, array.shape));
      const written = GGUF_NAMES.reduce((text, [from, to]) => text.replace(from, to), name);
      const rows = array.shape[0] as number;
      const width = data.length / rows;
      const turned = new Uint8Array(data.length);
      for (let row = 0; row < rows; row++) {
        const to = /[qk]_proj/.test(name) ? interleaved(row) : row;
        turned.set(data.subarray(row * width, (row + 1) * width), to * width);
      }
      outputs.push({ name: written, shape: array.shape, type: isMatrix ? type : "F32", data: () => turned });
    }
    writeModel(directory, values);
    dispose(tensors);
  });
  writeGguf(gguf, outputs, metadata());
  return { gguf, directory };
}

test.each(Object.keys(STORAGE))("a model stored as %s computes what its weights say", async (type) => {
  const { gguf, directory } = writePair(type);
  using model = await loadModel(await resolveModel(gguf), { device: "cpu" });
  expectClose(model.logits([[1, 5, 9, 100, 127]]).data, await logitsOf(directory), 1e-4);
});

test("a GGUF file packed anew is a directory with its config and its tokenizer", async () => {
  const { gguf } = writePair("Q8_0");
  const output = join(root, "packed");
  const source = await resolveModel(gguf);
  await quantizeModel(source, { bits: 8, groupSize: 32, output });
  const [from, to] = [await loadTokenizer(gguf), await loadTokenizer(output)];
  for (const text of ["Hello", "ab</s>x"]) expect(to.encode(text)).toEqual(from.encode(text));
  expect(to.encodeChat([{ role: "user", content: "hi" }])).toEqual(
    from.encodeChat([{ role: "user", content: "hi" }]),
  );
  expect(to.endTokens).toEqual(from.endTokens);
  using model = await loadModel(source, { device: "cpu" });
  // The words are copied; scales are float16 in both, and so are the norms now.
  expectClose(await logitsOf(output), model.logits([[1, 5, 9, 100, 127]]).data, 2e-2);
  expect((await Bun.file(join(output, "config.json")).json()).quantization).toEqual({
    group_size: 32,
    bits: 8,
    mode: "affine",
  });
});

test("a storage type that cannot be read is named with its tensor", async () => {
  const path = join(root, "iq.gguf");
  writeGguf(
    path,
    [{ name: "token_embd.weight", shape: [1, 32], type: "IQ4_NL", data: () => new Uint8Array(18) }],
    metadata(),
  );
  const outcome = await loadModel({ path, name: "iq", format: "gguf" }).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(ModelLoadError);
  expect((outcome as Error).message).toContain(
    "1 tensors are stored as IQ4_NL, such as token_embd.weight (IQ4_NL)",
  );
});
