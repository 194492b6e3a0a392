import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { initialise, type MxArray, mx, random, saveSafetensors, scope } from "../src/mlx/index.ts";
import { deriveSeed } from "../src/random/stream.ts";
import type { TokenizerFile } from "../src/tokenizer/tokenizer-file.ts";
import { END } from "./byte-pairs.ts";

/** Sizes of a model of Llama's shape whose output projection is its embedding. */
export interface Shape {
  vocabulary: number;
  width: number;
  layers: number;
  heads: number;
  /** Of the feed-forward part. */
  inner: number;
  /** Longest text, tokens. */
  context: number;
}

const json = (directory: string, name: string, value: unknown) =>
  writeFileSync(join(directory, name), `${JSON.stringify(value, null, 1)}\n`);

/** A directory in Hugging Face's layout with weights that nothing has been taught yet, float32. */
export async function writeUntrained(
  directory: string,
  shape: Shape,
  { tokenizer, seed }: { tokenizer: TokenizerFile; seed: number },
): Promise<void> {
  await initialise();
  mkdirSync(directory, { recursive: true });
  const end = tokenizer.model.vocab[END];
  json(directory, "config.json", {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    vocab_size: shape.vocabulary,
    hidden_size: shape.width,
    intermediate_size: shape.inner,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.heads,
    head_dim: shape.width / shape.heads,
    max_position_embeddings: shape.context,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    hidden_act: "silu",
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: true,
    eos_token_id: end,
    torch_dtype: "float32",
  });
  json(directory, "generation_config.json", { eos_token_id: end, pad_token_id: end });
  json(directory, "tokenizer.json", { version: "1.0", truncation: null, padding: null, ...tokenizer });
  json(directory, "tokenizer_config.json", {
    tokenizer_class: "PreTrainedTokenizerFast",
    clean_up_tokenization_spaces: false,
    eos_token: END,
    pad_token: END,
    model_max_length: shape.context,
  });
  json(directory, "azr.json", { prompt: "tagged" });
  scope(() => {
    saveSafetensors(join(directory, "model.safetensors"), weights(shape, seed), { format: "pt" });
  });
}

/** Normal with deviation 0.02; what writes to the residual stream less, by its depth (GPT-2's rule); norms 1. */
function weights({ vocabulary, width, layers, inner }: Shape, seed: number): Record<string, MxArray> {
  const written = 0.02 / Math.sqrt(2 * layers);
  const matrix = (name: string, outputs: number, inputs: number, deviation = 0.02): [string, MxArray] => [
    `${name}.weight`,
    random.normal([outputs, inputs], {
      key: random.key(deriveSeed(seed, "tiny", "weights", name)),
      deviation,
    }),
  ];
  const norm = (name: string): [string, MxArray] => [`${name}.weight`, mx.ones([width])];
  const layer = (i: number): [string, MxArray][] => {
    const at = `model.layers.${i}`;
    return [
      norm(`${at}.input_layernorm`),
      ...["q", "k", "v"].map((part) => matrix(`${at}.self_attn.${part}_proj`, width, width)),
      matrix(`${at}.self_attn.o_proj`, width, width, written),
      norm(`${at}.post_attention_layernorm`),
      matrix(`${at}.mlp.gate_proj`, inner, width),
      matrix(`${at}.mlp.up_proj`, inner, width),
      matrix(`${at}.mlp.down_proj`, width, inner, written),
    ];
  };
  return Object.fromEntries([
    matrix("model.embed_tokens", vocabulary, width),
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
    norm("model.norm"),
  ]);
}
