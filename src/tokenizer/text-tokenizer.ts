import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { ConfigError, ModelLoadError } from "../errors/index.ts";
import type { ChatMessage, Tokenizer } from "../interfaces/tokenizer.ts";
import { ChatTemplate } from "./chat-template.ts";
import type { TokenizerFile, TokenizerSource } from "./tokenizer-file.ts";

/**
 * Names under which models end a turn or a text. A model's metadata often lists only one of the two that it
 * uses (SmolLM2-Instruct names <|im_end|> and ends plain text with <|endoftext|>), so control tokens of these
 * names count as ends as well.
 */
const END_NAMES = new Set([
  "<|im_end|>",
  "<|endoftext|>",
  "<|eot_id|>",
  "<|end_of_text|>",
  "<|eom_id|>",
  "<|end|>",
  "<end_of_turn>",
  "</s>",
]);

/** A model's tokenizer on top of `@huggingface/tokenizers`, with plain text kept apart from control tokens. */
export class TextTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly endTokens: ReadonlySet<number>;
  readonly hasChatTemplate: boolean;
  readonly #special: HuggingFaceTokenizer;
  /** The same without the control tokens: what plain text is encoded with. */
  readonly #plain: HuggingFaceTokenizer;
  readonly #controlIds: ReadonlySet<number>;
  readonly #template: ChatTemplate | undefined;

  /** Throws ModelLoadError where the tokenizer file cannot be used. */
  constructor(source: TokenizerSource) {
    const { file, config } = source;
    const control = file.added_tokens.filter((token) => token.special);
    this.#controlIds = new Set(control.map((token) => token.id));
    try {
      this.#special = new HuggingFaceTokenizer(file, config);
      this.#plain = new HuggingFaceTokenizer(withoutTokens(file, this.#controlIds), config);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ModelLoadError(`the tokenizer cannot be used: ${reason}`, {
        cause,
        mend: "Check the model's tokenizer.json, or take another copy of the model.",
      });
    }
    this.vocabularySize = 1 + largestId(file);
    this.endTokens = new Set([
      ...source.endTokens,
      ...control.filter((token) => END_NAMES.has(token.content)).map((token) => token.id),
    ]);
    this.hasChatTemplate = source.chatTemplate !== undefined;
    if (source.chatTemplate !== undefined) {
      this.#template = new ChatTemplate(
        source.chatTemplate,
        control.map((token) => token.content),
        { bos_token: source.startToken ?? "", eos_token: source.endToken ?? "" },
      );
    }
  }

  encode(text: string, options: { special?: boolean } = {}): number[] {
    if (text.length === 0) return [];
    const tokenizer = options.special ? this.#special : this.#plain;
    const { ids }: { ids: (number | undefined)[] } = tokenizer.encode(text, { add_special_tokens: false });
    // Some vocabularies lack a few bytes that begin no assigned character: those have no id and are left out,
    // as the Python library does.
    return ids.filter((id) => id !== undefined);
  }

  decode(tokens: ArrayLike<number>, options: { special?: boolean } = {}): string {
    // Ids beyond the vocabulary exist where a model pads its embedding; they have no text.
    const ids = Array.from(tokens).filter(
      (id) => id < this.vocabularySize && (options.special || !this.#controlIds.has(id)),
    );
    if (ids.length === 0) return "";
    return this.#special.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }

  encodeChat(messages: readonly ChatMessage[]): number[] {
    if (!this.#template) {
      throw new ConfigError("this model has no chat template", {
        mend: "Give it plain text, or use the instruction-tuned version of the model.",
      });
    }
    return this.#template.render(messages).flatMap(({ text, special }) => this.encode(text, { special }));
  }
}

function withoutTokens(file: TokenizerFile, ids: ReadonlySet<number>): TokenizerFile {
  return { ...file, added_tokens: file.added_tokens.filter((token) => !ids.has(token.id)) };
}

function largestId(file: TokenizerFile): number {
  const { vocab } = file.model;
  let largest = file.added_tokens.reduce((most, token) => Math.max(most, token.id), 0);
  if (Array.isArray(vocab)) return Math.max(largest, vocab.length - 1);
  for (const id of Object.values(vocab)) if (id > largest) largest = id;
  return largest;
}
