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
  /** Longest sequence that the model was trained for, tokens. */
  contextLength: number;
  normEpsilon: number;
  ropeBase: number;
  /** The embedding is also the output projection. */
  tiedEmbedding: boolean;
}
