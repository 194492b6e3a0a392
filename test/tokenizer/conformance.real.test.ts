import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { ResponseText } from "../../src/generation/response-text.ts";
import { readGgufHeader, writeGguf } from "../../src/gguf/index.ts";
import type { ChatMessage } from "../../src/interfaces/tokenizer.ts";
import { directoryVocabulary } from "../../src/tokenizer/directory-vocabulary.ts";
import { ggufVocabulary } from "../../src/tokenizer/gguf-vocabulary.ts";
import { TextTokenizer } from "../../src/tokenizer/text-tokenizer.ts";
import type { TokenizerSource } from "../../src/tokenizer/tokenizer-file.ts";
import { asGguf } from "./as-gguf.ts";
import { type Formula, strings } from "./strings.ts";
import { VOCABULARIES, type Vocabulary, vocabularyPath } from "./vocabularies.ts";

interface Goldens {
  size: number;
  first: { text: string; plain: number[]; special: number[]; prompt: number[]; decoded: string }[];
  plain: string[];
  special: string[];
  prompt: string[];
  decoded: string[];
}
interface Chats {
  now: string;
  templates: Record<
    string,
    { cases: { messages: ChatMessage[]; text?: string; ids?: number[]; error?: string }[] }
  >;
}
const golden = (name: string) =>
  Bun.file(join(import.meta.dir, "../goldens/tokenizer", `${name}.json`)).json();
const formula: Formula = await golden("strings");
const chats: Chats = await golden("chats");
const texts = strings(formula);
const folder = mkdtempSync(join(tmpdir(), "azr-vocabularies-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sources = new Map<Vocabulary, TokenizerSource>();
async function source(name: Vocabulary): Promise<TokenizerSource> {
  const known = sources.get(name);
  if (known) return known;
  const path = await vocabularyPath(name);
  const read = path.endsWith(".gguf")
    ? ggufVocabulary(readGgufHeader(path))
    : await directoryVocabulary(path);
  sources.set(name, read);
  return read;
}

const tokenizers = new Map<Vocabulary, TextTokenizer>();
async function tokenizerOf(name: Vocabulary): Promise<TextTokenizer> {
  const tokenizer = tokenizers.get(name) ?? new TextTokenizer(await source(name), () => new Date(chats.now));
  tokenizers.set(name, tokenizer);
  return tokenizer;
}

/** One hash for each block of strings, as in test/goldens/make/tokenizer_ids.py. */
function hashes(items: readonly unknown[]): string[] {
  return Array.from({ length: Math.ceil(items.length / formula.block) }, (_, i) => {
    const block = JSON.stringify(items.slice(i * formula.block, (i + 1) * formula.block));
    return new Bun.CryptoHasher("sha256").update(block).digest("hex").slice(0, 8);
  });
}

function expectGoldens(tokenizer: TextTokenizer, goldens: Goldens): void {
  for (const { text, plain, special, prompt, decoded } of goldens.first) {
    expect(tokenizer.encode(text), text).toEqual(plain);
    expect(tokenizer.encode(text, { special: true }), text).toEqual(special);
    expect(tokenizer.encode(text, { prompt: true }), text).toEqual(prompt);
    expect(tokenizer.decode(plain, { special: true }), text).toBe(decoded);
  }
  const plain = texts.map((text) => tokenizer.encode(text));
  expect(hashes(plain)).toEqual(goldens.plain);
  expect(hashes(texts.map((text) => tokenizer.encode(text, { special: true })))).toEqual(goldens.special);
  expect(hashes(texts.map((text) => tokenizer.encode(text, { prompt: true })))).toEqual(goldens.prompt);
  expect(hashes(plain.map((ids) => tokenizer.decode(ids, { special: true })))).toEqual(goldens.decoded);
}

/** Any text, of the kinds that tokenizers trip over, unpaired surrogates among them. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(...formula.fragments),
      fc.stringMatching(/^[ \t\r\n]{1,9}$/),
      fc.stringMatching(/^\d{1,9}$/),
      fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

/** What a vocabulary makes of a text before it looks at it. */
const CHANGED: Partial<Record<Vocabulary, (text: string) => string>> = {
  qwen3: (text) => text.normalize("NFC"),
  llama2: (text) => text.replaceAll("▁", " "),
};

for (const name of VOCABULARIES) {
  describe(name, () => {
    let tokenizer: TextTokenizer;
    let goldens: Goldens;
    beforeAll(async () => {
      tokenizer = await tokenizerOf(name);
      goldens = await golden(name);
    }, 300_000);

    test("ids and text of 2,000 strings are those of the Python tokenizers library", () => {
      expect(tokenizer.vocabularySize).toBe(goldens.size);
      expectGoldens(tokenizer, goldens);
    });

    test("decoding gives back any text", () => {
      const withAllBytes = name !== "smollm2";
      fc.assert(
        fc.property(anyText, (text) => {
          const wellFormed = text.toWellFormed();
          const wanted = CHANGED[name]?.(wellFormed) ?? wellFormed;
          const ids = tokenizer.encode(text);
          const back = tokenizer.decode(ids);
          if (withAllBytes) expect(back).toBe(wanted);
          // SmolLM2's vocabulary has no token for some bytes; what is left of the text is the same again.
          else expect(tokenizer.decode(tokenizer.encode(back))).toBe(back);
        }),
        { numRuns: 300 },
      );
    });

    test("text that comes token by token only ever grows, but for a character that is not whole", () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const ids = tokenizer.encode(text);
          const whole = tokenizer.decode(ids, { continues: true });
          const response = new ResponseText(tokenizer, []);
          for (const id of ids) {
            response.push(id);
            expect(whole.startsWith(response.text)).toBe(true);
          }
          expect(response.finish()).toBe(whole);
          for (let end = 0; end <= ids.length; end++) {
            const part = tokenizer.decode(ids.slice(0, end), { continues: true });
            expect(whole.startsWith(part.replace(/\ufffd+$/, ""))).toBe(true);
          }
        }),
        { numRuns: 60 },
      );
    });

    test("plain text never yields a control token, in a message neither", async () => {
      const { file, chatTemplate } = await source(name);
      const control = file.added_tokens.filter((token) => token.special);
      const ids = new Set(control.map((token) => token.id));
      const messages = (content: string): ChatMessage[] => [{ role: "user", content }];
      const controls = (encoded: number[]) => encoded.filter((id) => ids.has(id));
      const usual = chatTemplate === undefined ? [] : controls(tokenizer.encodeChat(messages("x")));
      fc.assert(
        fc.property(
          fc.array(fc.oneof(anyText, fc.constantFrom(...control.map((token) => token.content))), {
            minLength: 1,
          }),
          (parts) => {
            const text = parts.join("");
            const encoded = tokenizer.encode(text);
            // SentencePiece has no other way to write a character that it does not know.
            const unknown = file.model.vocab["<unk>"];
            expect(controls(encoded).filter((id) => id !== unknown)).toEqual([]);
            if (chatTemplate !== undefined) {
              expect(controls(tokenizer.encodeChat(messages(text)))).toEqual(usual);
            }
          },
        ),
        { numRuns: 100 },
      );
    });

    test("every control token is parsed on request", async () => {
      const { file } = await source(name);
      for (const { id, content, special } of file.added_tokens) {
        if (special) expect(tokenizer.encode(content, { special: true })).toEqual([id]);
      }
    });
  });
}

test("digits stand alone with SmolLM2 and Qwen, in threes with Llama 3", async () => {
  const pieces = async (name: Vocabulary) => {
    const tokenizer = await tokenizerOf(name);
    return tokenizer.encode("x = 1234567").map((id) => tokenizer.decode([id]));
  };
  expect(await pieces("smollm2")).toEqual(["x", " =", " ", "1", "2", "3", "4", "5", "6", "7"]);
  expect(await pieces("qwen3")).toEqual(["x", " =", " ", "1", "2", "3", "4", "5", "6", "7"]);
  expect(await pieces("llama3_1")).toEqual(["x", " =", " ", "123", "456", "7"]);
});

for (const name of ["smollm2", "qwen3", "llama3_1"] as const) {
  test(`chats of ${name} have the text and the ids of transformers`, async () => {
    const tokenizer = await tokenizerOf(name);
    for (const { messages, text, ids } of chats.templates[name]?.cases ?? []) {
      const encoded = tokenizer.encodeChat(messages);
      expect(tokenizer.decode(encoded, { special: true })).toBe(
        CHANGED[name]?.(text as string) ?? (text as string),
      );
      expect(encoded).toEqual(ids as number[]);
    }
  });
}

for (const [name, pre] of [
  ["qwen3", "qwen2"],
  ["llama3_1", "llama-bpe"],
  ["gpt2", "gpt-2"],
  ["llama2", undefined],
] as const) {
  test(`${name} as a GGUF file holds it (${pre ?? "SentencePiece"}) has the same ids`, async () => {
    const path = join(folder, `${name}.gguf`);
    writeGguf(path, [], asGguf(await source(name), pre));
    expectGoldens(new TextTokenizer(ggufVocabulary(readGgufHeader(path))), await golden(name));
  });
}

for (const name of ["qwen3", "llama2"] as const) {
  test(`${name}: a megabyte of text, and words of 100,000 characters`, async () => {
    const tokenizer = await tokenizerOf(name);
    const megabyte = texts.join("\n").repeat(13).slice(0, 1_000_000).replaceAll("▁", "").normalize();
    expect(tokenizer.decode(tokenizer.encode(megabyte)) === megabyte).toBe(true);
    for (const word of ["ab".repeat(50_000), " ".repeat(100_000), "日本".repeat(50_000)]) {
      expect(tokenizer.decode(tokenizer.encode(word)) === word).toBe(true);
    }
  }, 60_000);
}
