import { MxArray, scope } from "../mlx/index.ts";
import {
  type AttentionContext,
  type AttentionShape,
  type Positions,
  WHOLE_SEQUENCE,
} from "../nn/attention.ts";
import type { Embedding } from "../nn/embedding.ts";
import type { LayerNorm } from "../nn/layer-norm.ts";
import type { OwnedProjection, Projection } from "../nn/projection.ts";
import type { RMSNorm } from "../nn/rms-norm.ts";
import type { ModelConfig } from "./config.ts";

/** One transformer block. */
export interface DecoderLayer {
  /** Its place in the model, as weight files name it: `model.layers.3`. */
  readonly path: string;
  /** states [B, T, D] -> [B, T, D]. */
  forward(states: MxArray, context: AttentionContext): MxArray;
  /**
   * Its projections by their path in the layer, such as `self_attn.q_proj`. Another may be put in a place (an
   * adapter, say); the model frees those that it was loaded with, and no others.
   */
  readonly projections: Record<string, Projection>;
}

/** What holds weights. */
export type ModelPart = OwnedProjection | Embedding | RMSNorm | LayerNorm;

/** A causal language model in parts, so that prefill and training make no logits they do not need. */
export interface LanguageModel extends Disposable {
  readonly config: ModelConfig;
  readonly attention: AttentionShape;
  /** tokens [B, T] -> [B, T, D]. */
  embed(tokens: MxArray, positions: Positions): MxArray;
  readonly layers: readonly DecoderLayer[];
  /** Final norm and output projection. states [.., D] -> logits [.., V]. */
  head(states: MxArray): MxArray;
  /** All that the model was loaded with, by name in its files' layout, such as `model.layers.0.mlp.up_proj`. */
  readonly parts: ReadonlyMap<string, ModelPart>;
  /** Logits of whole sequences of one length, [B, T, V] as float32; for tests and small uses. */
  logits(tokens: readonly (readonly number[])[]): Logits;
}

export interface Logits {
  shape: number[];
  data: Float32Array;
}

/** Throws RangeError for an id that is no token of the vocabulary: MLX reads whatever lies there. */
export function checkTokens(tokens: Iterable<number>, vocabularySize: number): void {
  for (const token of tokens) {
    if (!Number.isInteger(token) || token < 0 || token >= vocabularySize)
      throw new RangeError(`token ${token}: the model has ${vocabularySize} tokens`);
  }
}

/** The logits of whole sequences, as any model computes them. Throws RangeError for ids outside the vocabulary. */
export function wholeLogits(
  model: Pick<LanguageModel, "config" | "embed" | "layers" | "head">,
  tokens: readonly (readonly number[])[],
): Logits {
  checkTokens(tokens.flat(), model.config.vocabularySize);
  return scope(() => {
    const input = MxArray.from(Int32Array.from(tokens.flat()), [tokens.length, tokens[0]?.length ?? 0]);
    const embedded = model.embed(input, WHOLE_SEQUENCE.offset);
    const states = model.layers.reduce((x, layer) => layer.forward(x, WHOLE_SEQUENCE), embedded);
    const logits = model.head(states);
    return { shape: logits.shape, data: logits.toFloat32() };
  });
}
