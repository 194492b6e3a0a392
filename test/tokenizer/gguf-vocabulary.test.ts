import { expect, test } from "bun:test";
import { ModelLoadError } from "../../src/errors/index.ts";
import type { GgufValue } from "../../src/gguf/index.ts";
import { ggufVocabulary } from "../../src/tokenizer/gguf-vocabulary.ts";
import { TextTokenizer } from "../../src/tokenizer/text-tokenizer.ts";
import { smallFiles } from "./small-tokenizer.ts";

const { vocab, merges } = smallFiles.bytes.model;
const tokens = [...Object.keys(vocab), "<s>", "<|eot|>", "<|im_end|>", "<note>"];
const [START, TURN_END, END, NOTE] = tokens.keys().toArray().slice(-4) as [number, number, number, number];

/** Metadata of a byte-level file; undefined takes a key out. */
function metadata(changes: Record<string, GgufValue | undefined> = {}): Map<string, GgufValue> {
  const values: Record<string, GgufValue | undefined> = {
    "general.architecture": "llama",
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.pre": "smollm",
    "tokenizer.ggml.tokens": tokens,
    "tokenizer.ggml.merges": merges as string[],
    "tokenizer.ggml.token_type": tokens.map((_, id) => (id === NOTE ? 4 : id >= START ? 3 : 1)),
    "tokenizer.ggml.bos_token_id": START,
    ...changes,
  };
  return new Map(
    Object.entries(values).filter((entry): entry is [string, GgufValue] => entry[1] !== undefined),
  );
}
const read = (changes: Record<string, GgufValue | undefined> = {}) =>
  new TextTokenizer(ggufVocabulary({ metadata: metadata(changes), tensors: [] }));
const pieces = (tokenizer: TextTokenizer, text: string) =>
  tokenizer.encode(text).map((id) => tokenizer.decode([id]));

test("tokenizer.ggml.pre decides how text is cut", () => {
  const text = "1234 \u0663\u0664, e\u0301";
  const pre = (name: string | undefined, architecture = "llama") =>
    pieces(read({ "tokenizer.ggml.pre": name, "general.architecture": architecture }), text).length;
  // "123" is a token of the vocabulary: a digit at a time, runs of three, runs of any length.
  expect(pieces(read(), "1234")).toEqual(["1", "2", "3", "4"]);
  expect(pieces(read({ "tokenizer.ggml.pre": "llama-bpe" }), "1234123")).toEqual(["123", "4", "12", "3"]);
  expect(pieces(read({ "tokenizer.ggml.pre": "gpt-2" }), "1234123")).toEqual(["123", "4", "123"]);
  expect(pieces(read({ "tokenizer.ggml.pre": "qwen2" }), "1234")).toEqual(["1", "2", "3", "4"]);
  // A file from before the key: by the architecture.
  expect(pre(undefined, "gpt2")).toBe(pre("gpt-2"));
  expect(pre("default", "qwen2")).toBe(pre("qwen2"));
});

test("qwen2 composes characters, the others do not", () => {
  expect(read({ "tokenizer.ggml.pre": "qwen2" }).encode("e\u0301")).toEqual([vocab["Ã©"] as number]);
  expect(read().decode(read().encode("e\u0301"))).toBe("e\u0301");
});

test("the start token of a prompt: as written, or what the pre-tokenizer's models have", () => {
  const first = (changes: Record<string, GgufValue>) => read(changes).encode("a", { prompt: true })[0];
  expect(first({})).not.toBe(START);
  expect(first({ "tokenizer.ggml.pre": "llama-bpe" })).toBe(START);
  expect(first({ "tokenizer.ggml.pre": "llama-bpe", "tokenizer.ggml.add_bos_token": false })).not.toBe(START);
  expect(first({ "tokenizer.ggml.add_bos_token": true })).toBe(START);
});

test("end tokens are eos, eot and eom, and what the names tell", () => {
  expect([...read().endTokens]).toEqual([END]);
  const ends = read({ "tokenizer.ggml.eos_token_id": 5, "tokenizer.ggml.eot_token_id": TURN_END }).endTokens;
  expect([...ends].sort((a, b) => a - b)).toEqual([5, TURN_END, END]);
});

test("control tokens are parsed on request, tokens of the user's always", () => {
  expect(read().encode("<s>", { special: true })).toEqual([START]);
  expect(read().encode("<s>")).not.toContain(START);
  expect(read().encode("a<note>")).toContain(NOTE);
});

test("the chat template knows the file's start and end tokens", () => {
  const tokenizer = read({
    "tokenizer.chat_template":
      "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ pad_token is defined }}",
    "tokenizer.ggml.eos_token_id": END,
  });
  const ids = tokenizer.encodeChat([{ role: "user", content: "a" }]);
  expect(tokenizer.decode(ids, { special: true })).toBe("<s>a<|im_end|>false");
  expect(ids[0]).toBe(START);
});

const WRONG: [changes: Record<string, GgufValue | undefined>, message: string][] = [
  [
    { "tokenizer.ggml.model": "bert" },
    'tokenizer.ggml.model is "bert", expected "gpt2" (byte-level BPE) or "llama" (SentencePiece BPE)',
  ],
  [
    { "tokenizer.ggml.pre": "tekken" },
    'tokenizer.ggml.pre is "tekken", expected one of smollm, gpt-2, llama-bpe',
  ],
  [{ "tokenizer.ggml.pre": undefined }, 'tokenizer.ggml.pre is "default", expected one of'],
  [{ "tokenizer.ggml.tokens": undefined }, "tokenizer.ggml.tokens is missing"],
  [{ "tokenizer.ggml.merges": [1, 2] }, "tokenizer.ggml.merges is not a list of the expected type"],
  [{ "tokenizer.ggml.token_type": undefined }, "tokenizer.ggml.token_type is missing"],
  [{ "tokenizer.ggml.model": "llama" }, "tokenizer.ggml.scores is missing"],
];
for (const [changes, message] of WRONG) {
  test(`a file with ${JSON.stringify(changes) || "a key missing"} is a ModelLoadError`, () => {
    expect(() => read(changes)).toThrow(ModelLoadError);
    expect(() => read(changes)).toThrow(message);
  });
}

test("a vocabulary larger than the embedding is a ModelLoadError", () => {
  const tensors = [
    { name: "token_embd.weight", shape: [tokens.length - 1, 64], type: "F16", offset: 0, bytes: 0 },
  ];
  expect(() => new TextTokenizer(ggufVocabulary({ metadata: metadata(), tensors }))).toThrow(
    `the tokenizer has ids up to ${tokens.length - 1}, and the model's embedding has ${tokens.length - 1} rows`,
  );
});
