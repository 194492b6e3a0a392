import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ConfigError } from "../../src/errors/index.ts";
import type { Tokenizer } from "../../src/interfaces/tokenizer.ts";
import { readDataFile } from "../../src/supervised/data-file.ts";
import { readExamples, type SupervisedConfig } from "../../src/supervised/examples.ts";
import { parseRow } from "../../src/supervised/row.ts";
import { rowsOfStep, totalSteps } from "../../src/supervised/schedule.ts";
import { tokenize } from "../../src/supervised/tokenize.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";

const [END, TURN] = [0, 1];
/** One token a character; 0 ends a text, 1 opens a turn, 7 begins a text. */
const tokenizer: Tokenizer = {
  vocabularySize: 256,
  endTokens: new Set([END]),
  encode: (text, options) => [...(options?.prompt ? [7] : []), ...[...text].map((c) => c.charCodeAt(0))],
  decode: () => "",
  encodeChat: (messages) => [
    ...messages.flatMap(({ content }) => [TURN, ...tokenizer.encode(content), END]),
    TURN,
  ],
  hasChatTemplate: true,
};
const options = { completionOnly: true, where: "f:1" };

function config(fields: Record<string, unknown>): SupervisedConfig {
  const { algorithm } = makeConfig({
    training: { algorithm: { type: "sft", data: "x", ...fields } },
  }).training;
  if (algorithm.type !== "sft") throw new Error("not sft");
  return algorithm;
}

test("a completion is covered with its end, a text whole but for its first token, a chat by assistant's turns", () => {
  const completion = tokenize(tokenizer, { kind: "completion", prompt: "ab", completion: "cd" }, options);
  expect(completion).toEqual({
    tokens: [7, 97, 98, 99, 100, END],
    covered: Uint8Array.from([0, 0, 0, 1, 1, 1]),
  });
  const text = tokenize(tokenizer, { kind: "text", text: "ab" }, options);
  expect(text).toEqual({ tokens: [7, 97, 98, END], covered: Uint8Array.from([0, 1, 1, 1]) });
  const chat = tokenize(
    tokenizer,
    {
      kind: "messages",
      messages: [
        { role: "user", content: "a" },
        { role: "assistant", content: "b" },
        { role: "user", content: "c" },
        { role: "assistant", content: "d" },
        { role: "user", content: "e" },
      ],
    },
    options,
  );
  expect(chat.tokens).toEqual([TURN, 97, END, TURN, 98, END, TURN, 99, END, TURN, 100, END]);
  expect([...chat.covered]).toEqual([0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1]);
  const whole = tokenize(
    tokenizer,
    { kind: "completion", prompt: "ab", completion: "cd" },
    { ...options, completionOnly: false },
  );
  expect([...whole.covered]).toEqual([0, 1, 1, 1, 1, 1]);
});

test("a template whose turns change with what follows is refused by row", () => {
  const rewriting = { ...tokenizer, encodeChat: (m: readonly object[]) => [m.length, TURN] };
  const row = parseRow(
    '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}',
    "f:1",
  );
  expect(() => tokenize(rewriting, row, options)).toThrow("f:1: messages: the model's chat template");
});

test("a damaged row is an error with file, line and field", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "rows.jsonl");
  const wrong = (line: string) => {
    writeFileSync(path, `{"text": "good"}\n\n${line}\n`);
    return () => readDataFile(path);
  };
  expect(wrong("{")).toThrow(`${path}:3 is not JSON`);
  expect(wrong("[]")).toThrow(`${path}:3: expected an object, got []`);
  expect(wrong('{"prompt": "a"}')).toThrow(`${path}:3: expected completion, messages or text, got prompt`);
  expect(wrong('{"prompt": 3, "completion": "b"}')).toThrow(`${path}:3: prompt: expected string, got 3`);
  expect(wrong('{"messages": [{"role": "robot", "content": ""}]}')).toThrow(
    `${path}:3: messages.0.role: expected`,
  );
  expect(wrong('{"messages": [{"role": "user", "content": ""}]}')).toThrow("a turn of the assistant");
  expect(() => readDataFile(join(folder.path, "none"))).toThrow(ConfigError);
  writeFileSync(path, "\n");
  expect(() => readDataFile(path)).toThrow("holds no row");
});

test("gzip is read; long rows are left out and counted; held-out rows are not learnt", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "rows.jsonl.gz");
  const rows = Array.from({ length: 10 }, (_, i) =>
    JSON.stringify({ text: "abcdefghijklm".slice(0, i + 2) }),
  );
  writeFileSync(path, gzipSync(rows.join("\n")));
  const read = (fields: Record<string, unknown>, contextLength = 100) =>
    readExamples({ config: config({ data: path, ...fields }), seed: 3, tokenizer, contextLength });
  expect(read({})).toMatchObject({ tooLong: 0, limit: 100, validation: [] });
  const { train, validation, tooLong } = read({ held_out: 0.25, max_length: 11 });
  expect([train.length, validation.length, tooLong]).toEqual([6, 2, 2]);
  expect(new Set([...train, ...validation].map(({ tokens }) => tokens.length)).size).toBe(8);
  expect(read({ held_out: 0.25, max_length: 11 })).toEqual(read({ held_out: 0.25, max_length: 11 }));
  expect(() => read({}, 3)).toThrow("all 10 rows");
  writeFileSync(path, gzipSync(rows.join("\n")).subarray(0, 40));
  expect(() => read({})).toThrow("is not a whole gzip file");
});

test("every epoch holds every row once, in an order of its own; a step's rows depend on its number alone", () => {
  const settings = { batch_size: 4, epochs: 3 };
  expect(totalSteps(config(settings), 500, 10)).toBe(8);
  expect(totalSteps(config({ ...settings, epochs: 0 }), 500, 10)).toBe(500);
  const all = Array.from({ length: 8 }, (_, i) => rowsOfStep(settings, i + 1, { rows: 10, seed: 1 }));
  expect(all.map((step) => step.length)).toEqual([4, 4, 4, 4, 4, 4, 4, 2]);
  const flat = all.flat();
  const epochs = [0, 10, 20].map((at) => flat.slice(at, at + 10));
  for (const epoch of epochs) expect(epoch.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(epochs[0]).not.toEqual(epochs[1]);
  expect(rowsOfStep({ batch_size: 25, epochs: 0 }, 2, { rows: 10, seed: 1 }).length).toBe(25);
});
