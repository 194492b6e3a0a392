import type { MxArray } from "../mlx/index.ts";
import type { AttentionContext } from "../nn/attention.ts";
import type { Embedding } from "../nn/embedding.ts";
import type { OwnedProjection, Projection } from "../nn/projection.ts";
import type { RMSNorm } from "../nn/rms-norm.ts";
import type { ModelConfig } from "./config.ts";

/** One transformer block. */
export interface DecoderLayer {
  /** states [B, T, D] -> [B, T, D]. */
  forward(states: MxArray, context: AttentionContext): MxArray;
  /**
   * Its projections by their path in the layer, such as `self_attn.q_proj`. Another may be put in a place (an
   * adapter, say); the model frees those that it was loaded with, and no others.
   */
  readonly projections: Record<string, Projection>;
}

/** What holds weights. */
export type ModelPart = OwnedProjection | Embedding | RMSNorm;

/** A causal language model in parts, so that prefill and training make no logits they do not need. */
export interface LanguageModel extends Disposable {
  readonly config: ModelConfig;
  /** tokens [B, T] -> [B, T, D]. */
  embed(tokens: MxArray): MxArray;
  readonly layers: readonly DecoderLayer[];
  /** Final norm and output projection. states [.., D] -> logits [.., V]. */
  head(states: MxArray): MxArray;
  /** All that the model was loaded with, by name in Hugging Face's layout, such as `model.layers.0.mlp.up_proj`. */
  readonly parts: ReadonlyMap<string, ModelPart>;
  /** Logits of whole sequences of one length, [B, T, V] as float32; for tests and small uses. */
  logits(tokens: readonly (readonly number[])[]): { shape: number[]; data: Float32Array };
}
