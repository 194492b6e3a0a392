import { join } from "node:path";
import type { Component, TokenizerFile } from "../../src/tokenizer/tokenizer-file.ts";

const { bases }: { bases: { bytes: TokenizerFile; pieces: TokenizerFile } } = await Bun.file(
  join(import.meta.dir, "../goldens/tokenizer/features.json"),
).json();

/** A byte-level tokenizer of 281 tokens (no added ones) and a SentencePiece one of 323, as tokenizer.json has them. */
export const smallFiles = bases;

/** The byte-level one with `<s>`, `</s>` and `<|im_end|>` as control tokens after its vocabulary, and `changes`. */
export function chatFile(changes: Partial<Record<keyof TokenizerFile, Component>> = {}): TokenizerFile {
  const size = Object.keys(bases.bytes.model.vocab).length;
  return {
    ...bases.bytes,
    added_tokens: ["<s>", "</s>", "<|im_end|>"].map((content, i) => ({
      id: size + i,
      content,
      special: true,
      normalized: false,
    })),
    ...changes,
  } as TokenizerFile;
}
