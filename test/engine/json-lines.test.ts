import { expect, test } from "bun:test";
import { LineDecoder, LineSender } from "../../src/engine/json-lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("lines are put together across chunks, also within a character", () => {
  const decoder = new LineDecoder(100);
  const [first, second] = [bytes('{"a":"é').subarray(0, 7), bytes('{"a":"é').subarray(7)];
  expect(decoder.push(first)).toEqual([]);
  expect(decoder.push(second)).toEqual([]);
  expect(decoder.push(bytes('"}\n\n{"b":1}\n{"c'))).toEqual(['{"a":"é"}', '{"b":1}']);
  expect(decoder.push(bytes('":2}\n'))).toEqual(['{"c":2}']);
});

test("a line beyond the limit is an error, finished or not", () => {
  expect(() => new LineDecoder(10).push(bytes("x".repeat(11)))).toThrow(RangeError);
  expect(() => new LineDecoder(10).push(bytes(`${"x".repeat(11)}\n`))).toThrow(RangeError);
  expect(new LineDecoder(10).push(bytes(`${"x".repeat(10)}\n`))).toEqual(["x".repeat(10)]);
});

test("what a socket does not take waits in order, and too much of it is told", () => {
  const taken: number[] = [];
  let room = 4;
  const sink = {
    write(chunk: Uint8Array) {
      const count = Math.min(room, chunk.length);
      taken.push(...chunk.subarray(0, count));
      room -= count;
      return count;
    },
  };
  const sender = new LineSender(sink, 10);
  expect(sender.send("abc")).toBe(true);
  expect(sender.send("defg")).toBe(true);
  expect(sender.empty).toBe(false);
  expect(sender.send("hijkl")).toBe(false);
  room = 100;
  sender.drain();
  expect(new TextDecoder().decode(new Uint8Array(taken))).toBe('"abc"\n"defg"\n"hijkl"\n');
  expect(sender.empty).toBe(true);
});
