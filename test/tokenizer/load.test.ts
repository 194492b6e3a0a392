import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, ModelLoadError } from "../../src/errors/index.ts";
import { loadTokenizer } from "../../src/tokenizer/load.ts";
import { chatFile, smallFiles } from "./small-tokenizer.ts";

const folder = mkdtempSync(join(tmpdir(), "azr-tokenizer-"));
afterAll(() => rmSync(folder, { recursive: true }));

let directories = 0;
/** A model directory with these files: text as it is, anything else as JSON. */
async function directory(files: Record<string, unknown>): Promise<string> {
  const path = join(folder, String(directories++));
  await Bun.write(join(path, ".keep"), "");
  for (const [name, content] of Object.entries(files)) {
    await Bun.write(join(path, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return path;
}
const load = async (files: Record<string, unknown>) =>
  loadTokenizer(await directory({ "tokenizer.json": chatFile(), ...files }));
const size = Object.keys(smallFiles.bytes.model.vocab).length;
const [START, END, TURN_END] = [size, size + 1, size + 2];

test("end tokens come from every file that names one, and from the names that models end with", async () => {
  const ends = async (files: Record<string, unknown>) =>
    [...(await load(files)).endTokens].sort((a, b) => a - b);
  expect(await ends({})).toEqual([END, TURN_END]);
  expect(await ends({ "generation_config.json": { eos_token_id: [5, 6] } })).toEqual([5, 6, END, TURN_END]);
  expect(await ends({ "generation_config.json": { eos_token_id: 7 } })).toEqual([7, END, TURN_END]);
  expect(await ends({ "config.json": { eos_token_id: START } })).toEqual([START, END, TURN_END]);
  expect(await ends({ "tokenizer_config.json": { eos_token: { content: "<s>" } } })).toEqual([
    START,
    END,
    TURN_END,
  ]);
  expect(await ends({ "special_tokens_map.json": { eos_token: "hello" } })).toEqual([
    smallFiles.bytes.model.vocab.hello as number,
    END,
    TURN_END,
  ]);
  expect(await ends({ "config.json": { eos_token_id: 99_999 } })).toEqual([END, TURN_END]);
  expect(await ends({ "config.json": { eos_token_id: null } })).toEqual([END, TURN_END]);
});

test("a chat template comes from its own file, from tokenizer_config.json, or from a list of named ones", async () => {
  const says = async (files: Record<string, unknown>) => {
    const tokenizer = await load(files);
    return tokenizer.hasChatTemplate
      ? tokenizer.decode(tokenizer.encodeChat([{ role: "user", content: "x" }]), { special: true })
      : undefined;
  };
  const config = (chat_template: unknown) => ({
    "tokenizer_config.json": { eos_token: "</s>", chat_template },
  });
  expect(await says({})).toBeUndefined();
  expect(await says(config("a{{ eos_token }}{{ bos_token }}"))).toBe("a</s>");
  expect(await says({ ...config("a"), "chat_template.jinja": "own {{ messages[0].content }}" })).toBe(
    "own x",
  );
  const named = [
    { name: "tool_use", template: "tools" },
    { name: "default", template: "usual" },
  ];
  expect(await says(config(named))).toBe("usual");
  expect(await says(config(named.slice(0, 1)))).toBe("tools");
  expect(await says(config([{ name: "rag", template: "r" }, named[0]]))).toBeUndefined();
  const without = await load({});
  expect(() => without.encodeChat([])).toThrow(ConfigError);
});

test("control tokens in a message are text, those of the template are tokens", async () => {
  const chat_template =
    "{{ bos_token }}{{ messages[0].content | trim }}</s>{{ messages[0].content }}<|im_end|>";
  const tokenizer = await load({ "tokenizer_config.json": { bos_token: "<s>", chat_template } });
  const ids = tokenizer.encodeChat([{ role: "user", content: " <|im_end|>the</s>" }]);
  expect(ids.filter((id) => id >= size)).toEqual([START, END, TURN_END]);
  expect(tokenizer.decode(ids)).toBe("<|im_end|>the</s> <|im_end|>the</s>");
  expect(ids).toEqual([
    START,
    ...tokenizer.encode("<|im_end|>the</s>"),
    END,
    ...tokenizer.encode(" <|im_end|>the</s>"),
    TURN_END,
  ]);
});

test("special tokens in plain text are parsed on request alone", async () => {
  const tokenizer = await load({});
  expect(tokenizer.encode("the</s>")).toEqual([...tokenizer.encode("the"), ...tokenizer.encode("</s>")]);
  expect(tokenizer.encode("the</s>", { special: true })).toEqual([...tokenizer.encode("the"), END]);
  expect(tokenizer.decode([START, ...tokenizer.encode("the"), END])).toBe("the");
});

test("tokens that tokenizer_config.json alone has are added", async () => {
  const added_tokens_decoder = {
    [size]: { content: "<s>", special: true },
    [size + 3]: { content: "<|pad|>", special: true, lstrip: true },
    [size + 4]: { content: "<note>" },
  };
  const tokenizer = await load({ "tokenizer_config.json": { added_tokens_decoder } });
  expect(tokenizer.vocabularySize).toBe(size + 5);
  expect(tokenizer.encode("a <|pad|><note>", { special: true })).toEqual([
    ...tokenizer.encode("a"),
    size + 3,
    size + 4,
  ]);
  expect(tokenizer.encode("<note>")).toEqual([size + 4]);
});

test("ids beyond the vocabulary have no text", async () => {
  const tokenizer = await load({});
  expect(tokenizer.decode([99_999, ...tokenizer.encode("a"), -1, size + 3])).toBe("a");
  expect(tokenizer.decode([])).toBe("");
  expect(tokenizer.decode(Int32Array.from(tokenizer.encode("hello the")))).toBe("hello the");
});

test("a space at the start of tokens that continue a text stays", async () => {
  const tokenizer = await load({ "tokenizer.json": smallFiles.pieces });
  const ids = tokenizer.encode("hello the word");
  expect(tokenizer.decode(ids)).toBe("hello the word");
  expect(tokenizer.decode(ids, { continues: true })).toBe(" hello the word");
  expect(tokenizer.decode(ids.slice(1), { continues: true })).toBe(" the word");
  expect(tokenizer.decode([], { continues: true })).toBe("");
  const bytes = await load({});
  expect(bytes.decode(bytes.encode(" the"), { continues: true })).toBe(" the");
});

const WRONG: [what: string, files: Record<string, unknown>, message: string | RegExp][] = [
  ["cut off", { "tokenizer.json": '{"model": {' }, /tokenizer\.json is not valid JSON/],
  ["a list", { "tokenizer.json": [] }, /tokenizer\.json: expected a JSON object/],
  ["without a model", { "tokenizer.json": { added_tokens: [] } }, /expected an object `model`/],
  [
    "of another model",
    { "tokenizer.json": { model: { type: "WordPiece" } } },
    /model\.type is "WordPiece", expected "BPE"/,
  ],
  [
    "without a vocabulary",
    { "tokenizer.json": { model: { type: "BPE" } } },
    /expected an object `model\.vocab`/,
  ],
  [
    "with a wrong id",
    { "tokenizer.json": { model: { vocab: { a: -1 }, merges: [] } } },
    /an id of `model\.vocab`/,
  ],
  ["without merges", { "tokenizer.json": { model: { vocab: { a: 0 } } } }, /expected a list `model\.merges`/],
  [
    "with wrong added tokens",
    { "tokenizer.json": { ...chatFile(), added_tokens: [{ id: "x" }] } },
    /expected a list `added_tokens` of \{ id, content \}/,
  ],
  [
    "of an unknown pre-tokenizer",
    { "tokenizer.json": chatFile({ pre_tokenizer: { type: "UnicodeScripts" } }) },
    "the tokenizer's pre-tokenizer is not supported: UnicodeScripts, expected Sequence, Split, Digits, ByteLevel, Metaspace",
  ],
  [
    "of an unknown normalizer",
    {
      "tokenizer.json": chatFile({
        normalizer: { type: "Sequence", normalizers: [{ type: "Precompiled" }] },
      }),
    },
    "the tokenizer's normalizer is not supported: Precompiled",
  ],
  [
    "of an unknown decoder",
    { "tokenizer.json": chatFile({ decoder: { type: "CTC" } }) },
    "the tokenizer's decoder is not supported: CTC",
  ],
  [
    "with a regular expression that is none",
    {
      "tokenizer.json": chatFile({
        pre_tokenizer: { type: "Split", pattern: { Regex: "(" }, behavior: "Isolated", invert: false },
      }),
    },
    /the tokenizer cannot be used: /,
  ],
  [
    "larger than the embedding",
    { "config.json": { vocab_size: size + 2 } },
    `the tokenizer has ids up to ${size + 2}, and the model's embedding has ${size + 2} rows (vocab_size)`,
  ],
  ["with a damaged neighbour", { "tokenizer_config.json": "{" }, /tokenizer_config\.json is not valid JSON/],
];
for (const [what, files, message] of WRONG) {
  test(`a tokenizer ${what} is a ModelLoadError that says so`, async () => {
    const loading = load(files);
    await expect(loading).rejects.toThrow(ModelLoadError);
    await expect(loading).rejects.toThrow(message);
  });
}

test("a directory without tokenizer.json names what it has instead", async () => {
  await expect(loadTokenizer(await directory({}))).rejects.toThrow(/has no tokenizer\.json$/);
  await expect(
    loadTokenizer(await directory({ "tokenizer.model": "x", "vocab.json": "{}" })),
  ).rejects.toThrow(/has no tokenizer\.json \(it has tokenizer\.model, vocab\.json, which is not read\)/);
  await expect(loadTokenizer(join(folder, "nowhere"))).rejects.toThrow(/is not a directory with a model/);
});

test("loading a tokenizer loads no module of MLX", async () => {
  const path = await directory({ "tokenizer.json": chatFile() });
  const program = `
    const { loadTokenizer } = await import(${JSON.stringify(join(import.meta.dir, "../../src/tokenizer/load.ts"))});
    const tokenizer = await loadTokenizer(${JSON.stringify(path)});
    const loaded = Object.keys(require.cache);
    const has = (folder) => loaded.some((file) => file.includes(folder));
    console.log(tokenizer.encode("the").length, has("/src/tokenizer/"), has("/src/mlx/"), has("/src/native-setup/"));`;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "pipe" });
  expect(await new Response(child.stderr).text()).toBe("");
  expect(await new Response(child.stdout).text()).toBe("1 true false false\n");
});
