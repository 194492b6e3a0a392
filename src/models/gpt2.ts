import { type MxArray, mx } from "../mlx/index.ts";
import {
  type AttentionContext,
  type AttentionShape,
  attention,
  type Positions,
  tokenPositions,
} from "../nn/attention.ts";
import type { Embedding } from "../nn/embedding.ts";
import type { LayerNorm } from "../nn/layer-norm.ts";
import type { OwnedProjection, Projection } from "../nn/projection.ts";
import type { ModelConfig } from "./config.ts";
import {
  type DecoderLayer,
  type LanguageModel,
  type Logits,
  type ModelPart,
  wholeLogits,
} from "./language-model.ts";
import type { WeightReader } from "./weight-reader.ts";

const PROJECTIONS = ["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"] as const;
type ProjectionName = (typeof PROJECTIONS)[number];

/** Attention, whose queries, keys and values are one projection, and an MLP, each behind a LayerNorm. */
class GPT2Layer implements DecoderLayer {
  readonly projections: Record<ProjectionName, Projection>;

  constructor(
    readonly path: string,
    readonly index: number,
    loaded: Readonly<Record<ProjectionName, OwnedProjection>>,
    readonly attentionNorm: LayerNorm,
    readonly mlpNorm: LayerNorm,
    readonly shape: AttentionShape,
  ) {
    this.projections = { ...loaded };
  }

  forward(states: MxArray, context: AttentionContext): MxArray {
    const p = this.projections;
    const joined = p["attn.c_attn"].forward(this.attentionNorm.forward(states));
    const [queries, keys, values] = mx.split(joined, 3, -1) as [MxArray, MxArray, MxArray];
    const attended = attention([queries, keys, values], this.shape, context, this.index);
    const middle = mx.add(states, p["attn.c_proj"].forward(attended));
    const wide = geluTanh(p["mlp.c_fc"].forward(this.mlpNorm.forward(middle)));
    return mx.add(middle, p["mlp.c_proj"].forward(wide));
  }
}

/** x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), the approximation that GPT-2 was trained with (arXiv 1606.08415). */
function geluTanh(x: MxArray): MxArray {
  const cubic = mx.add(x, mx.multiply(mx.multiply(mx.square(x), x), 0.044715));
  const gate = mx.tanh(mx.multiply(cubic, Math.sqrt(2 / Math.PI)));
  return mx.multiply(mx.multiply(x, 0.5), mx.add(gate, 1));
}

/** GPT-2 and DistilGPT-2: learnt positions, LayerNorms, biases everywhere, the embedding as output projection. */
export class GPT2 implements LanguageModel {
  readonly layers: readonly GPT2Layer[];
  readonly attention: AttentionShape;
  readonly parts: ReadonlyMap<string, ModelPart>;
  readonly #tokens: Embedding;
  readonly #positions: Embedding;
  readonly #norm: LayerNorm;

  constructor(
    readonly config: ModelConfig,
    weights: WeightReader,
  ) {
    const { hiddenSize: D, intermediateSize: F, heads, keyValueHeads, headDimension, normEpsilon } = config;
    const shapes: Record<ProjectionName, [outputs: number, inputs: number]> = {
      "attn.c_attn": [3 * D, D],
      "attn.c_proj": [D, D],
      "mlp.c_fc": [F, D],
      "mlp.c_proj": [D, F],
    };
    const parts = new Map<string, ModelPart>();
    const add = <P extends ModelPart>(name: string, part: P): P => {
      parts.set(name, part);
      return part;
    };
    const norm = (name: string) => add(name, weights.layerNorm(name, D, normEpsilon));
    this.parts = parts;
    this.attention = { heads, keyValueHeads, headDimension, rope: null };
    this.#tokens = add("model.wte", weights.embedding("model.wte", [config.vocabularySize, D]));
    this.#positions = add("model.wpe", weights.embedding("model.wpe", [config.contextLength, D]));
    this.layers = Array.from({ length: config.layers }, (_, index) => {
      const path = `model.h.${index}`;
      const projections = PROJECTIONS.map((name) => {
        const part = weights.projection(`${path}.${name}`, shapes[name], { bias: true });
        return [name, add(`${path}.${name}`, part)] as const;
      });
      const loaded = Object.fromEntries(projections) as Record<ProjectionName, OwnedProjection>;
      return new GPT2Layer(path, index, loaded, norm(`${path}.ln_1`), norm(`${path}.ln_2`), this.attention);
    });
    this.#norm = norm("model.ln_f");
  }

  embed(tokens: MxArray, positions: Positions): MxArray {
    const places = tokenPositions(positions, tokens.shape as [number, number]);
    // A row of the batch that stands idle may have run past the last position; nobody reads it.
    const known = mx.minimum(places, this.config.contextLength - 1);
    return mx.add(this.#tokens.lookUp(tokens), this.#positions.lookUp(known));
  }

  head(states: MxArray): MxArray {
    return this.#tokens.project(this.#norm.forward(states));
  }

  logits(tokens: readonly (readonly number[])[]): Logits {
    return wholeLogits(this, tokens);
  }

  [Symbol.dispose](): void {
    for (const part of this.parts.values()) part[Symbol.dispose]();
  }
}
