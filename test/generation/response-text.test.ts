import { expect, test } from "bun:test";
import { ResponseText } from "../../src/generation/response-text.ts";
import type { Tokenizer } from "../../src/interfaces/tokenizer.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";

/** Token i is the i-th of these pieces. */
const piecewise = (...pieces: string[]): Tokenizer => ({
  ...byteTokenizer,
  decode: (tokens) => Array.from(tokens, (token) => pieces[token]).join(""),
});

function written(text: ResponseText, tokens: readonly number[]): { text: string; settled: string }[] {
  return tokens.map((token) => {
    text.push(token);
    return { text: text.text, settled: text.settled };
  });
}

test("a stop string across tokens ends the text before it, and its beginning is not shown meanwhile", () => {
  const text = new ResponseText(piecewise("a ", "E", "N", "D now", "x"), ["END", "never"]);
  expect(written(text, [0, 1, 4, 1, 2])).toEqual([
    { text: "a ", settled: "a " },
    { text: "a E", settled: "a " },
    { text: "a Ex", settled: "a Ex" },
    { text: "a ExE", settled: "a Ex" },
    { text: "a ExEN", settled: "a Ex" },
  ]);
  text.push(3);
  expect(text.stopped).toBe(true);
  expect(text.finish()).toBe("a Ex");
});

test("of several stop strings inside one token the first in the text counts", () => {
  const text = new ResponseText(piecewise("one two three four"), ["three", "two t"]);
  text.push(0);
  expect([text.text, text.settled, text.stopped]).toEqual(["one ", "one ", true]);
});

test("a character of several bytes appears with its last byte, and may end a stop string", () => {
  const bytes = byteTokenizer.encode("aß€😀b");
  const text = new ResponseText(byteTokenizer, ["€😀"]);
  const seen = written(text, bytes).map((each) => each.text);
  expect(seen).toEqual(["a", "a", "aß", "aß", "aß", "aß€", "aß€", "aß€", "aß€", "aß", "aß"]);
  expect(text.stopped).toBe(true);
});

test("bytes that never become a character are shown at the end, a stop string behind them is found", () => {
  const text = new ResponseText(byteTokenizer, []);
  written(text, [0x61, 0xe2, 0x82]);
  expect([text.text, text.finish()]).toEqual(["a", "a�"]);
  const stopped = new ResponseText(byteTokenizer, ["b"]);
  written(stopped, [0x61, 0xe2, 0x62, 0x63]);
  expect([stopped.finish(), stopped.stopped]).toEqual(["a�", true]);
});
