import { AzrError, ConfigError, ModelLoadError } from "../errors/index.ts";
import type { ChatMessage, Tokenizer } from "../interfaces/tokenizer.ts";
import { AddedTokens, holdsPlace, type Places } from "./added-tokens.ts";
import { ChatTemplate } from "./chat-template.ts";
import { createDecoder } from "./decoder.ts";
import { Encoder } from "./encoder.ts";
import { promptTokens } from "./prompt-tokens.ts";
import type { AddedTokenEntry, TokenizerFile, TokenizerSource } from "./tokenizer-file.ts";

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

/** Stands for the text that tokens continue. */
const BEFORE = "x";

/** A model's tokenizer: added tokens around an `Encoder`, a decoder, and the model's chat template. */
export class TextTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly endTokens: ReadonlySet<number>;
  readonly hasChatTemplate: boolean;
  readonly #encoder: Encoder;
  readonly #decode: (tokens: string[]) => string;
  /** Found in the text as it comes, and in the normalised text. */
  readonly #added: AddedTokens;
  readonly #addedNormalized: AddedTokens;
  /** Token texts by id. */
  readonly #names: string[];
  readonly #controlIds: ReadonlySet<number>;
  readonly #promptTokens: readonly number[];
  readonly #template: ChatTemplate | undefined;

  /** `now` is the date that a chat template may write. Throws ModelLoadError where the tokenizer file cannot be used. */
  constructor(source: TokenizerSource, now: () => Date = () => new Date()) {
    const { file } = source;
    const control = file.added_tokens.filter((token) => token.special);
    this.#controlIds = new Set(control.map((token) => token.id));
    try {
      this.#encoder = new Encoder(file);
      this.#decode = createDecoder(file.decoder);
      this.#promptTokens = promptTokens(file.post_processor);
      const [plain, normalized] = partition(
        file.added_tokens,
        (token) => !(token.normalized ?? !token.special),
      );
      this.#added = new AddedTokens(plain.map((token) => [token.content, token]));
      this.#addedNormalized = new AddedTokens(
        normalized.map((token) => [this.#encoder.normalize(token.content), token]),
      );
      this.#names = tokenNames(file);
    } catch (cause) {
      if (cause instanceof AzrError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ModelLoadError(`the tokenizer cannot be used: ${reason}`, {
        cause,
        mend: "Check the model's tokenizer.json, or take another copy of the model.",
      });
    }
    this.vocabularySize = this.#names.length;
    checkFits(this.vocabularySize, source.embeddingRows);
    this.endTokens = new Set([
      ...source.endTokens.filter((id) => this.#names[id] !== undefined),
      ...control.filter((token) => END_NAMES.has(token.content)).map((token) => token.id),
    ]);
    this.hasChatTemplate = source.chatTemplate !== undefined;
    if (source.chatTemplate !== undefined) {
      const controlTexts = control.map((token) => token.content);
      this.#template = new ChatTemplate(source.chatTemplate, controlTexts, source.namedTokens, now);
    }
  }

  encode(text: string, options: { special?: boolean; prompt?: boolean } = {}): number[] {
    const ids = this.#encode(text, options.special ?? false, []);
    return options.prompt ? [...this.#promptTokens, ...ids] : ids;
  }

  decode(tokens: ArrayLike<number>, options: { special?: boolean; continues?: boolean } = {}): string {
    const names = options.continues ? [BEFORE] : [];
    for (let i = 0; i < tokens.length; i++) {
      const id = tokens[i] as number;
      // Ids beyond the vocabulary exist where a model pads its embedding; they have no text.
      const name = this.#names[id];
      if (name !== undefined && (options.special || !this.#controlIds.has(id))) names.push(name);
    }
    if (names.length === 0) return "";
    const text = this.#decode(names);
    return options.continues ? text.slice(BEFORE.length) : text;
  }

  encodeChat(messages: readonly ChatMessage[]): number[] {
    if (!this.#template) {
      throw new ConfigError("this model has no chat template", {
        mend: "Give it plain text, or use the instruction-tuned version of the model.",
      });
    }
    const { text, quoted } = this.#template.render(messages);
    return this.#encode(text, true, quoted);
  }

  /** Special tokens are parsed where `special` is true and none of the `quoted` places lies in them. */
  #encode(text: string, special: boolean, quoted: Places): number[] {
    const ids: number[] = [];
    // A surrogate without its partner is no character: UTF-8 cannot hold it.
    for (const section of this.#added.split(text.toWellFormed(), special, quoted)) {
      if ("id" in section) {
        ids.push(section.id);
        continue;
      }
      const free = special && !holdsPlace(quoted, section.start, section.start + section.text.length);
      const normalized = this.#encoder.normalize(section.text);
      for (const part of this.#addedNormalized.split(normalized, free)) {
        if ("id" in part) ids.push(part.id);
        else for (const id of this.#encoder.encode(part.text, section.start + part.start === 0)) ids.push(id);
      }
    }
    return ids;
  }
}

function tokenNames(file: TokenizerFile): string[] {
  const names: string[] = [];
  for (const [name, id] of Object.entries(file.model.vocab)) names[id] = name;
  for (const token of file.added_tokens) names[token.id] = token.content;
  return names;
}

function checkFits(size: number, rows: number | undefined): void {
  if (rows === undefined || size <= rows) return;
  throw new ModelLoadError(
    `the tokenizer has ids up to ${size - 1}, and the model's embedding has ${rows} rows (vocab_size)`,
    { mend: "Tokenizer and weights are of different models: take both from the same place." },
  );
}

function partition(
  tokens: readonly AddedTokenEntry[],
  test: (token: AddedTokenEntry) => boolean,
): [AddedTokenEntry[], AddedTokenEntry[]] {
  return [tokens.filter(test), tokens.filter((token) => !test(token))];
}
