import { expect, test } from "bun:test";
import { Row } from "../../src/generation/row.ts";
import type { GenerationRequest } from "../../src/interfaces/generator.ts";
import { stream } from "../../src/random/stream.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";

const END = 256;

function row(change: Partial<GenerationRequest> = {}, maxTokens = 10): Row {
  const request = { prompt: [1, 2, 3], samples: 3, maxTokens, temperature: 1, seed: 5, ...change };
  return new Row(request, { request: 4, sample: 2 }, byteTokenizer, maxTokens);
}

function write(row: Row, ...tokens: number[]): void {
  for (const token of tokens) {
    row.ask();
    row.take({ token, plain: -1, tempered: -2, sampling: -3 });
  }
}

test("its numbers are those of (seed, sample), one for each token that was asked for", () => {
  const expected = stream(5, 2);
  const one = row();
  expect([one.ask(), one.ask(), one.ask()]).toEqual([
    expected.uniform(),
    expected.uniform(),
    expected.uniform(),
  ]);
  expect(row({ temperature: 0 }).ask()).toBe(0);
});

test("it wants tokens up to the most, those of steps under way counted", () => {
  const one = row({}, 2);
  expect([one.wantsToken, one.last]).toEqual([true, 3]);
  one.ask();
  one.ask();
  expect(one.wantsToken).toBe(false);
  one.take({ token: 97, plain: -1, tempered: -2, sampling: -3 });
  expect([one.finish, one.last]).toEqual([null, 97]);
  one.take({ token: 98, plain: -1.5, tempered: -2.5, sampling: -3.5 });
  expect(one.sample()).toEqual({
    tokens: [97, 98],
    text: "ab",
    logProbabilities: Float32Array.of(-1, -1.5),
    temperedLogProbabilities: Float32Array.of(-2, -2.5),
    samplingLogProbabilities: Float32Array.of(-3, -3.5),
    finish: "length",
  });
});

test("an end token ends it unless that is to be ignored; a stop string wins over the length", () => {
  const ended = row();
  write(ended, 97, END);
  expect(ended.sample()).toMatchObject({ tokens: [97, END], text: "a", finish: "end" });
  const endless = row({ ignoreEnd: true }, 3);
  write(endless, 97, END, 98);
  expect(endless.sample()).toMatchObject({ text: "ab", finish: "length" });
  const stopped = row({ stop: ["b"] }, 2);
  write(stopped, 97, 98);
  expect(stopped.sample()).toMatchObject({ tokens: [97, 98], text: "a", finish: "stop" });
  const aborted = row();
  write(aborted, 97);
  aborted.abort();
  expect(aborted.sample()).toMatchObject({ text: "a", finish: "aborted" });
});

test("the repetition penalty looks at prompt and response, or at their last tokens", () => {
  expect(row().penalised(false)).toEqual([]);
  const all = row({ repetitionPenalty: 1.2 });
  write(all, 97);
  expect(all.penalised(false)).toEqual([1, 2, 3, 97]);
  const last = row({ repetitionPenalty: 1.2, repetitionWindow: 2 });
  expect([last.penalised(false), last.penalised(true)]).toEqual([[2, 3], [3]]);
  write(last, 97, 98);
  expect([last.penalised(false), last.penalised(true)]).toEqual([[97, 98], [98]]);
  expect(row({ repetitionPenalty: 2, repetitionWindow: 1 }).penalised(true)).toEqual([]);
});

test("logits that are not finite are an error that says where", () => {
  const one = row();
  write(one, 97);
  expect(() => one.take({ token: 0, plain: Number.NaN, tempered: 0, sampling: 0 })).toThrow(
    "token 2 of sample 2 of request 4: its logits hold NaN or infinity",
  );
});
