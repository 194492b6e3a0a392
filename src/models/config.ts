import type { RopeSettings } from "../nn/rope.ts";

/** What a language model is, whatever file it came from. Letters: V, D, H as in the docstrings. */
export interface ModelConfig {
  architecture: string;
  /** V, rows of the embedding. */
  vocabularySize: number;
  /** D, width of the states. */
  hiddenSize: number;
  /** Width of the MLP. */
  intermediateSize: number;
  layers: number;
  heads: number;
  keyValueHeads: number;
  headDimension: number;
  /** Longest sequence that the model was trained for, tokens; where it has a sliding window, no more than that. */
  contextLength: number;
  normEpsilon: number;
  /** Null for a model whose positions are learnt embeddings. */
  rope: RopeSettings | null;
  /** The attention's projections have biases, where the architecture leaves it open. */
  attentionBias: boolean;
  /** The MLP's projections have biases, where the architecture leaves it open. */
  mlpBias: boolean;
  /** The embedding is also the output projection. */
  tiedEmbedding: boolean;
}
