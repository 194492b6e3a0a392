/** One step of a `tokenizer.json`: `type` and what that type takes. */
export interface Component {
  type?: string;
  [key: string]: unknown;
}

/** The parts of a `tokenizer.json` (Hugging Face `tokenizers` format) that are read here. */
export interface TokenizerFile {
  added_tokens: AddedTokenEntry[];
  normalizer: Component | null;
  pre_tokenizer: Component | null;
  post_processor: Component | null;
  decoder: Component | null;
  model: Component & { vocab: Record<string, number>; merges: string[] | [string, string][] };
}

export interface AddedTokenEntry {
  id: number;
  content: string;
  /** A control token: never written by plain text, dropped by decoding. */
  special: boolean;
  /** Takes the white space before (after) it along. */
  lstrip?: boolean;
  rstrip?: boolean;
  /** Looked for in the normalised text rather than in the text as it came. */
  normalized?: boolean;
  /** Not inside a word. */
  single_word?: boolean;
}

/** A tokenizer file with what its neighbours say about it: everything a `TextTokenizer` is made from. */
export interface TokenizerSource {
  file: TokenizerFile;
  /** Jinja source of the chat template. */
  chatTemplate?: string;
  /** Texts of special tokens by the name that a chat template knows them by: `bos_token`, `eos_token`. */
  namedTokens: Record<string, string>;
  /** Ids that the model's files name as ends of a response. */
  endTokens: number[];
  /** Rows of the model's embedding where the files tell: ids beyond it would have no vector. */
  embeddingRows?: number;
}
