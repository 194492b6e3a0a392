import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type MxArray, mx, random, saveSafetensors, scope } from "../../src/mlx/index.ts";
import { loadModel } from "../../src/models/load.ts";

/** config.json of a Llama small enough to be made in a test; every width is a multiple of 128. */
export const TINY_CONFIG = {
  model_type: "llama",
  architectures: ["LlamaForCausalLM"],
  vocab_size: 128,
  hidden_size: 128,
  intermediate_size: 256,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 256,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tie_word_embeddings: false,
};

/** Shapes of its tensors by name. */
export function tinyShapes(): Map<string, number[]> {
  const shapes = new Map<string, number[]>();
  const add = (module: string, ...shape: number[]) => shapes.set(`${module}.weight`, shape);
  add("model.embed_tokens", 128, 128);
  for (let i = 0; i < TINY_CONFIG.num_hidden_layers; i++) {
    const layer = `model.layers.${i}`;
    for (const norm of ["input_layernorm", "post_attention_layernorm"]) add(`${layer}.${norm}`, 128);
    for (const [name, rows] of [
      ["q", 128],
      ["k", 64],
      ["v", 64],
      ["o", 128],
    ] as const) {
      add(`${layer}.self_attn.${name}_proj`, rows, 128);
    }
    add(`${layer}.mlp.gate_proj`, 256, 128);
    add(`${layer}.mlp.up_proj`, 256, 128);
    add(`${layer}.mlp.down_proj`, 128, 256);
  }
  add("model.norm", 128);
  add("lm_head", 128, 128);
  return shapes;
}

/** Random weights, the same at every call; the caller's to free. */
export function tinyTensors(): Map<string, MxArray> {
  return new Map(
    [...tinyShapes()].map(([name, shape], seed) => [
      name,
      scope(() => {
        const drawn = random.normal(shape, { key: random.key(seed), deviation: 0.1 });
        return shape.length === 1 ? mx.add(drawn, 1) : drawn;
      }),
    ]),
  );
}

/** A model directory: the tensors in one file, or in as many shards as are named, in turn. */
export function writeModel(
  directory: string,
  tensors: ReadonlyMap<string, MxArray>,
  { config = TINY_CONFIG, shards = 1 }: { config?: Record<string, unknown>; shards?: number } = {},
): void {
  mkdirSync(directory, { recursive: true });
  const json = (file: string, value: unknown) => writeFileSync(join(directory, file), JSON.stringify(value));
  json("config.json", config);
  json("tokenizer.json", { version: "1.0", added_tokens: [], model: { type: "BPE", vocab: {}, merges: [] } });
  if (shards === 1) {
    saveSafetensors(join(directory, "model.safetensors"), tensors, { format: "mlx" });
    return;
  }
  const weight_map: Record<string, string> = {};
  for (let shard = 0; shard < shards; shard++) {
    const file = `model-${String(shard + 1).padStart(5, "0")}-of-${String(shards).padStart(5, "0")}.safetensors`;
    const part = [...tensors].filter((_, i) => i % shards === shard);
    for (const [name] of part) weight_map[name] = file;
    saveSafetensors(join(directory, file), new Map(part), { format: "mlx" });
  }
  json("model.safetensors.index.json", { metadata: {}, weight_map });
}

/** Logits of a few tokens, [T, V] in a row. */
export async function logitsOf(directory: string, quantize: "none" | 4 | 8 = "none"): Promise<Float32Array> {
  const source = { path: directory, name: "tiny", format: "directory" as const };
  using model = await loadModel(source, { device: "cpu", quantize });
  return model.logits([[1, 5, 9, 100, 127]]).data;
}
