import { Tokenizer as Stages } from "@huggingface/tokenizers";
import { BYTE_OF_CHARACTER } from "./byte-level.ts";
import { exactPreTokenizer, split } from "./pre-tokenizer.ts";
import type { Component, TokenizerFile } from "./tokenizer-file.ts";
import { unsupported } from "./unsupported.ts";

const NORMALIZERS = ["Sequence", "NFC", "NFD", "NFKC", "NFKD", "Prepend", "Replace"];

/**
 * Text without added tokens to ids: normalise, cut into words, merge bytes or characters of each word. The
 * stages are those of `@huggingface/tokenizers`; what it would do otherwise than the Python library is put in
 * other words first (`exactPreTokenizer`) or refused.
 */
export class Encoder {
  readonly #stages: Stages;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #unknown: number | undefined;
  /** Names of bytes that are no token: they are left out before merging, so that their neighbours meet. */
  readonly #absent: RegExp | undefined;

  /** Throws ModelLoadError for a kind of tokenizer that is not supported, whatever the library throws otherwise. */
  constructor(file: TokenizerFile) {
    checkNormalizer(file.normalizer);
    checkModel(file.model);
    this.#stages = new Stages(
      {
        normalizer: file.normalizer,
        pre_tokenizer: exactPreTokenizer(file.pre_tokenizer ?? spacePieces(file)),
        model: { ...file.model, type: "BPE" },
        // These two are not used: added tokens, decoding and what goes around a prompt have their own files.
        post_processor: null,
        decoder: null,
        added_tokens: [],
      },
      {},
    );
    this.#ids = this.#stages.model?.tokens_to_ids ?? new Map();
    this.#unknown = this.#stages.model?.unk_token_id;
    this.#absent = file.model.byte_fallback || file.model.unk_token ? undefined : absentBytes(this.#ids);
  }

  normalize(text: string): string {
    return this.#stages.normalizer ? this.#stages.normalizer.normalize(text) : text;
  }

  /** Ids of normalised text; `first` tells that it stands at the beginning of the whole text. */
  encode(normalized: string, first: boolean): number[] {
    if (normalized.length === 0) return [];
    let words = this.#stages.pre_tokenizer
      ? this.#stages.pre_tokenizer.pre_tokenize(normalized, { section_index: first ? 0 : 1 })
      : [normalized];
    const absent = this.#absent;
    if (absent) words = words.map((word) => word.replace(absent, ""));
    const ids: number[] = [];
    for (const token of this.#stages.model?._call(words) ?? []) {
      const id = this.#ids.get(token) ?? this.#unknown;
      if (id !== undefined) ids.push(id);
    }
    return ids;
  }
}

/** SmolLM2's vocabulary lacks 13 bytes of which most begin no character; the Python library skips them too. */
function absentBytes(ids: ReadonlyMap<string, number>): RegExp | undefined {
  const absent = [...BYTE_OF_CHARACTER.keys()].filter((character) => !ids.has(character));
  return absent.length > 0 ? new RegExp(`[${absent.map(RegExp.escape).join("")}]`, "g") : undefined;
}

/**
 * SentencePiece merges run over the whole text. Where no token holds a space mark after another character, no
 * merge can cross such a place, and words cut there have the same ids in a fraction of the time.
 */
function spacePieces({ model }: TokenizerFile): Component | null {
  const crossed = Object.keys(model.vocab).some((token) => /[^▁]▁/.test(token));
  return crossed ? null : split("▁+[^▁]*");
}

function checkNormalizer(normalizer: Component | null): void {
  if (normalizer === null) return;
  if (!NORMALIZERS.includes(String(normalizer.type))) {
    throw unsupported("normalizer", normalizer.type, NORMALIZERS);
  }
  if (normalizer.type === "Sequence") (normalizer.normalizers as Component[]).forEach(checkNormalizer);
}

function checkModel(model: TokenizerFile["model"]): void {
  if (model.type !== undefined && model.type !== "BPE") throw unsupported("model", model.type, ["BPE"]);
  for (const key of ["continuing_subword_prefix", "end_of_word_suffix"]) {
    if (model[key]) throw unsupported("model", `BPE with ${key} ${JSON.stringify(model[key])}`);
  }
}
