import { TAGS } from "../src/selfplay/prompts/tagged/tags.ts";
import type { TokenizerFile } from "../src/tokenizer/tokenizer-file.ts";
import { trainTokenizer } from "./byte-pairs.ts";
import { makeRows } from "./data.ts";

/** Texts that it learns from. */
const ROWS = 20_000;

/** A tokenizer of so many tokens, learnt from the first texts of a seed. */
export async function makeTokenizer(seed: number, size: number): Promise<TokenizerFile> {
  const texts: string[] = [];
  for await (const rows of makeRows({ seed, rows: ROWS })) {
    texts.push(...rows.flatMap(({ prompt, completion }) => [prompt, completion]));
  }
  return trainTokenizer(texts, { size, tags: TAGS });
}
