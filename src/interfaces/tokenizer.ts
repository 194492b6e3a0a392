/** Text <-> token ids. Pure TypeScript: light enough for the orchestrator's thread. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /** Ids that end a response. */
  readonly endTokens: ReadonlySet<number>;
  /**
   * Token ids of plain text. Special tokens written in the text are encoded as ordinary characters unless
   * `special` is true, so generated programs cannot smuggle in control tokens. With `prompt`, the tokens that
   * the model expects before a text of its own come first (Llama 3's begin_of_text; none for most models).
   */
  encode(text: string, options?: { special?: boolean; prompt?: boolean }): number[];
  /**
   * Text of token ids; control tokens are dropped unless `special` is true. Vocabularies that put a space before
   * every text (Llama 2, Mistral) take it away again, unless the tokens are the end of a text that `continues`.
   */
  decode(tokens: ArrayLike<number>, options?: { special?: boolean; continues?: boolean }): string;
  /** Token ids of a conversation rendered by the model's chat template, opened for the assistant's turn. */
  encodeChat(messages: readonly ChatMessage[]): number[];
  /** False for models without a chat template: `encodeChat` then throws ConfigError. */
  readonly hasChatTemplate: boolean;
}

export interface ChatMessage {
  role: "system" | "user" | "assistant";
  content: string;
}
