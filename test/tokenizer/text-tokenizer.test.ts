import { expect, test } from "bun:test";
import { join } from "node:path";
import { TextTokenizer } from "../../src/tokenizer/text-tokenizer.ts";
import type { TokenizerFile } from "../../src/tokenizer/tokenizer-file.ts";

interface Case {
  text: string;
  plain: number[];
  /** Where they differ from `plain`. */
  prompt?: number[];
  special?: number[];
  /** Of `special`, with and without its control tokens, where they differ from `text` and from each other. */
  decoded?: string;
  shown?: string;
}
interface Feature extends Partial<Omit<TokenizerFile, "model">> {
  name: string;
  base: string;
  model?: object;
  cases: Case[];
  decodings: { ids: number[]; text: string }[];
}
interface Goldens {
  bases: Record<string, TokenizerFile>;
  features: Feature[];
}
const { bases, features }: Goldens = await Bun.file(
  join(import.meta.dir, "../goldens/tokenizer/features.json"),
).json();

for (const { name, base, cases, decodings, model, ...changes } of features) {
  const shared = bases[base] as TokenizerFile;
  const tokenizer = new TextTokenizer({
    file: { ...shared, ...changes, model: { ...shared.model, ...model } },
    namedTokens: {},
    endTokens: [],
  });

  test(`${name}: ids and text are those of the Python tokenizers library`, () => {
    for (const golden of cases) {
      const { text, plain, prompt = plain, special = plain, decoded = text, shown = decoded } = golden;
      expect(tokenizer.encode(text), text).toEqual(plain);
      expect(tokenizer.encode(text, { prompt: true }), text).toEqual(prompt);
      expect(tokenizer.encode(text, { special: true }), text).toEqual(special);
      expect(tokenizer.decode(special, { special: true }), text).toBe(decoded);
      expect(tokenizer.decode(special), text).toBe(shown);
    }
  });

  test(`${name}: any ids have the Python library's text`, () => {
    for (const { ids, text } of decodings) expect(tokenizer.decode(ids, { special: true })).toBe(text);
  });
}
