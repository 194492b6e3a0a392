import { type MxArray, mx } from "../mlx/index.ts";
import { type AttentionContext, type AttentionShape, attention } from "../nn/attention.ts";
import type { Embedding } from "../nn/embedding.ts";
import type { OwnedProjection, Projection } from "../nn/projection.ts";
import type { RMSNorm } from "../nn/rms-norm.ts";
import { Rope } from "../nn/rope.ts";
import type { ModelConfig } from "./config.ts";
import {
  type DecoderLayer,
  type LanguageModel,
  type Logits,
  type ModelPart,
  wholeLogits,
} from "./language-model.ts";
import type { WeightReader } from "./weight-reader.ts";

/** What sets the architectures of this shape apart. */
export interface DecoderVariant {
  /** Which projections have biases. */
  biases: { queriesKeysValues: boolean; output: boolean; mlp: boolean };
  /** Each head's queries and keys are normed before positions are applied. */
  headNorms: boolean;
}

/** The projections of a block, by their names in Hugging Face's layout. */
const PROJECTIONS = [
  "self_attn.q_proj",
  "self_attn.k_proj",
  "self_attn.v_proj",
  "self_attn.o_proj",
  "mlp.gate_proj",
  "mlp.up_proj",
  "mlp.down_proj",
] as const;
type ProjectionName = (typeof PROJECTIONS)[number];

interface LayerNorms {
  attention: RMSNorm;
  mlp: RMSNorm;
  /** [d] each. */
  heads: { queries: RMSNorm; keys: RMSNorm } | null;
}

/** Attention and a SwiGLU MLP (arXiv 2002.05202), each behind an RMSNorm and added to the states (arXiv 2302.13971). */
class Layer implements DecoderLayer {
  readonly projections: Record<ProjectionName, Projection>;

  constructor(
    readonly path: string,
    readonly index: number,
    loaded: Readonly<Record<ProjectionName, OwnedProjection>>,
    readonly norms: LayerNorms,
    readonly shape: AttentionShape,
  ) {
    this.projections = { ...loaded };
  }

  forward(states: MxArray, context: AttentionContext): MxArray {
    const p = this.projections;
    const input = this.norms.attention.forward(states);
    const attended = attention(
      [
        this.#normed(p["self_attn.q_proj"].forward(input), "queries"),
        this.#normed(p["self_attn.k_proj"].forward(input), "keys"),
        p["self_attn.v_proj"].forward(input),
      ],
      this.shape,
      context,
      this.index,
    );
    const middle = mx.add(states, p["self_attn.o_proj"].forward(attended));
    const normed = this.norms.mlp.forward(middle);
    const gated = mx.fast.swiglu(p["mlp.gate_proj"].forward(normed), p["mlp.up_proj"].forward(normed));
    return mx.add(middle, p["mlp.down_proj"].forward(gated));
  }

  /** x [B, T, H d]: each head's part over its own root mean square, where the architecture has that. */
  #normed(x: MxArray, of: "queries" | "keys"): MxArray {
    const norm = this.norms.heads?.[of];
    if (!norm) return x;
    const [batch, length] = x.shape as [number, number];
    return mx.reshape(norm.forward(mx.reshape(x, [batch, length, -1, this.shape.headDimension])), x.shape);
  }
}

/** Decoders of Llama's shape: what Llama, Mistral and the Qwen models have in common. */
export class Decoder implements LanguageModel {
  readonly layers: readonly Layer[];
  readonly attention: AttentionShape;
  readonly parts: ReadonlyMap<string, ModelPart>;
  readonly #rope: Rope | null;
  readonly #embedding: Embedding;
  readonly #norm: RMSNorm;
  /** Null when the embedding is the output projection as well. */
  readonly #output: OwnedProjection | null;

  constructor(
    readonly config: ModelConfig,
    weights: WeightReader,
    { biases, headNorms }: DecoderVariant,
  ) {
    const {
      hiddenSize: D,
      heads,
      keyValueHeads,
      headDimension: d,
      intermediateSize: F,
      normEpsilon,
    } = config;
    const { queriesKeysValues, output, mlp } = biases;
    const shapes: Record<ProjectionName, [outputs: number, inputs: number, bias: boolean]> = {
      "self_attn.q_proj": [heads * d, D, queriesKeysValues],
      "self_attn.k_proj": [keyValueHeads * d, D, queriesKeysValues],
      "self_attn.v_proj": [keyValueHeads * d, D, queriesKeysValues],
      "self_attn.o_proj": [D, heads * d, output],
      "mlp.gate_proj": [F, D, mlp],
      "mlp.up_proj": [F, D, mlp],
      "mlp.down_proj": [D, F, mlp],
    };
    const parts = new Map<string, ModelPart>();
    const add = <P extends ModelPart>(name: string, part: P): P => {
      parts.set(name, part);
      return part;
    };
    const norm = (name: string, width = D) => add(name, weights.norm(name, width, normEpsilon));
    this.parts = parts;
    this.#embedding = add(
      "model.embed_tokens",
      weights.embedding("model.embed_tokens", [config.vocabularySize, D]),
    );
    this.#rope = config.rope && weights.own(new Rope(d, config.rope));
    this.attention = { heads, keyValueHeads, headDimension: d, rope: this.#rope };
    this.layers = Array.from({ length: config.layers }, (_, index) => {
      const path = `model.layers.${index}`;
      const projections = PROJECTIONS.map((name) => {
        const [outputs, inputs, bias] = shapes[name];
        const part = weights.projection(`${path}.${name}`, [outputs, inputs], { bias });
        return [name, add(`${path}.${name}`, part)] as const;
      });
      const norms = {
        attention: norm(`${path}.input_layernorm`),
        mlp: norm(`${path}.post_attention_layernorm`),
        heads: headNorms
          ? { queries: norm(`${path}.self_attn.q_norm`, d), keys: norm(`${path}.self_attn.k_norm`, d) }
          : null,
      };
      const loaded = Object.fromEntries(projections) as Record<ProjectionName, OwnedProjection>;
      return new Layer(path, index, loaded, norms, this.attention);
    });
    this.#norm = norm("model.norm");
    this.#output = config.tiedEmbedding
      ? null
      : add("lm_head", weights.projection("lm_head", [config.vocabularySize, D], { bias: false }));
  }

  embed(tokens: MxArray): MxArray {
    return this.#embedding.lookUp(tokens);
  }

  head(states: MxArray): MxArray {
    const normed = this.#norm.forward(states);
    return this.#output ? this.#output.forward(normed) : this.#embedding.project(normed);
  }

  logits(tokens: readonly (readonly number[])[]): Logits {
    return wholeLogits(this, tokens);
  }

  [Symbol.dispose](): void {
    this.#rope?.[Symbol.dispose]();
    for (const part of this.parts.values()) part[Symbol.dispose]();
  }
}
