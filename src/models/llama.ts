import { MxArray, mx, scope } from "../mlx/index.ts";
import { type AttentionContext, attention, WHOLE_SEQUENCE } from "../nn/attention.ts";
import type { Embedding } from "../nn/embedding.ts";
import type { OwnedProjection, Projection } from "../nn/projection.ts";
import type { RMSNorm } from "../nn/rms-norm.ts";
import type { ModelConfig } from "./config.ts";
import type { DecoderLayer, LanguageModel, ModelPart } from "./language-model.ts";
import type { WeightReader } from "./weight-reader.ts";

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

/** Attention and a SwiGLU MLP (arXiv 2002.05202), each behind an RMSNorm and added to the states (arXiv 2302.13971). */
class LlamaLayer implements DecoderLayer {
  readonly projections: Record<ProjectionName, Projection>;

  constructor(
    readonly index: number,
    loaded: Readonly<Record<ProjectionName, OwnedProjection>>,
    readonly attentionNorm: RMSNorm,
    readonly mlpNorm: RMSNorm,
    readonly config: ModelConfig,
  ) {
    this.projections = { ...loaded };
  }

  forward(states: MxArray, context: AttentionContext): MxArray {
    const p = this.projections;
    const input = this.attentionNorm.forward(states);
    const attended = attention(
      [
        p["self_attn.q_proj"].forward(input),
        p["self_attn.k_proj"].forward(input),
        p["self_attn.v_proj"].forward(input),
      ],
      this.config,
      context,
      this.index,
    );
    const middle = mx.add(states, p["self_attn.o_proj"].forward(attended));
    const normed = this.mlpNorm.forward(middle);
    const gated = mx.fast.swiglu(p["mlp.gate_proj"].forward(normed), p["mlp.up_proj"].forward(normed));
    return mx.add(middle, p["mlp.down_proj"].forward(gated));
  }
}

/** Llama and what shares its shape: SmolLM2, Mistral. */
export class Llama implements LanguageModel {
  readonly layers: readonly LlamaLayer[];
  readonly parts: ReadonlyMap<string, ModelPart>;
  readonly #embedding: Embedding;
  readonly #norm: RMSNorm;
  /** Null when the embedding is the output projection as well. */
  readonly #output: OwnedProjection | null;

  constructor(
    readonly config: ModelConfig,
    weights: WeightReader,
  ) {
    const {
      hiddenSize: D,
      heads,
      keyValueHeads,
      headDimension: d,
      intermediateSize: F,
      normEpsilon,
    } = config;
    const shapes: Record<ProjectionName, [outputs: number, inputs: number]> = {
      "self_attn.q_proj": [heads * d, D],
      "self_attn.k_proj": [keyValueHeads * d, D],
      "self_attn.v_proj": [keyValueHeads * d, D],
      "self_attn.o_proj": [D, heads * d],
      "mlp.gate_proj": [F, D],
      "mlp.up_proj": [F, D],
      "mlp.down_proj": [D, F],
    };
    const parts = new Map<string, ModelPart>();
    const add = <P extends ModelPart>(name: string, part: P): P => {
      parts.set(name, part);
      return part;
    };
    const projection = (name: string, shape: [number, number]) => add(name, weights.projection(name, shape));
    const norm = (name: string) => add(name, weights.norm(name, D, normEpsilon));
    this.parts = parts;
    this.#embedding = add(
      "model.embed_tokens",
      weights.embedding("model.embed_tokens", [config.vocabularySize, D]),
    );
    this.layers = Array.from({ length: config.layers }, (_, index) => {
      const prefix = `model.layers.${index}`;
      const projections = Object.fromEntries(
        PROJECTIONS.map((name) => [name, projection(`${prefix}.${name}`, shapes[name])]),
      ) as Record<ProjectionName, OwnedProjection>;
      return new LlamaLayer(
        index,
        projections,
        norm(`${prefix}.input_layernorm`),
        norm(`${prefix}.post_attention_layernorm`),
        config,
      );
    });
    this.#norm = norm("model.norm");
    this.#output = config.tiedEmbedding ? null : projection("lm_head", [config.vocabularySize, D]);
  }

  embed(tokens: MxArray): MxArray {
    return this.#embedding.lookUp(tokens);
  }

  head(states: MxArray): MxArray {
    const normed = this.#norm.forward(states);
    return this.#output ? this.#output.forward(normed) : this.#embedding.project(normed);
  }

  logits(tokens: readonly (readonly number[])[]): { shape: number[]; data: Float32Array } {
    return scope(() => {
      const length = tokens[0]?.length ?? 0;
      const input = MxArray.from(Int32Array.from(tokens.flat()), [tokens.length, length]);
      const states = this.layers.reduce((x, layer) => layer.forward(x, WHOLE_SEQUENCE), this.embed(input));
      const logits = this.head(states);
      return { shape: logits.shape, data: logits.toFloat32() };
    });
  }

  [Symbol.dispose](): void {
    for (const part of this.parts.values()) part[Symbol.dispose]();
  }
}
