/** The parts of a `tokenizer.json` (Hugging Face `tokenizers` format) that are read here; the rest passes through. */
export interface TokenizerFile {
  added_tokens: AddedTokenEntry[];
  normalizer: object | null;
  pre_tokenizer: object | null;
  post_processor: object | null;
  decoder: object | null;
  model: { type?: string; vocab: Record<string, number> | [string, number][]; [key: string]: unknown };
}

export interface AddedTokenEntry {
  id: number;
  content: string;
  /** A control token: never written by plain text, dropped by decoding. */
  special: boolean;
  lstrip?: boolean;
  rstrip?: boolean;
  normalized?: boolean;
  single_word?: boolean;
}

/** A tokenizer file with what its neighbours say about it: everything a `TextTokenizer` is made from. */
export interface TokenizerSource {
  file: TokenizerFile;
  /** `tokenizer_config.json`, or what stands for it. */
  config: Record<string, unknown>;
  /** Jinja source of the chat template. */
  chatTemplate?: string;
  /** Texts that the chat template may write. */
  startToken?: string;
  endToken?: string;
  /** Ids that the model's files name as ends of a response. */
  endTokens: number[];
}
