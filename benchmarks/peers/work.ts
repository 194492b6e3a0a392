/** What both sides of a comparison are given. */
export interface Work {
  work: "generation" | "prefill" | "dense" | "rollouts" | "binding";
  /** A directory, a .gguf file, or (ours) a name. */
  model?: string;
  threads: number;
  /** The fastest of so many counts. */
  runs: number;
  prompts?: number[][];
  newTokens?: number;
  /** Whole texts of one length. */
  rows?: number[][];
  rollouts?: { prompt: number[]; response: number[]; advantage: number }[];
  tokensPerMicrobatch?: number;
  /** Projections that get an adapter: by their last words, and by their paths in a layer. */
  targets?: string[];
  keys?: string[];
  calls?: number;
  /** A directory that may be written to. */
  scratch?: string;
}

export interface Figures {
  tokens: number;
  seconds: number;
}
