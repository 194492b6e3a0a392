import { expect, test } from "bun:test";
import { encodeFrame, FrameReader, frame, MAX_FRAME_BYTES } from "../../src/sandbox/protocol.ts";

test("frames arrive whole, however they are cut", () => {
  const values = [{ a: 'b\\"c' }, [1, 2], "x".repeat(1000)];
  const bytes = Buffer.concat(values.map(encodeFrame));
  for (const size of [1, 3, 7, 4096]) {
    const reader = new FrameReader();
    const got: unknown[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      const read = reader.push(bytes.subarray(at, at + size));
      expect(read.refused).toBeUndefined();
      got.push(...read.frames);
    }
    expect(got).toEqual(values);
    expect(reader.pending).toBe(0);
  }
});

const framed = (text: string) => frame(Buffer.from(text));

test.each([
  ["an oversized frame", Buffer.from([0xff, 0xff, 0xff, 0xff]), "at most 2097152"],
  ["an empty frame", Buffer.from([0, 0, 0, 0]), "empty"],
  ["what is not JSON", framed('{["'), "not JSON"],
  ["half a string", framed('"a'), "not JSON"],
  ["an escape at the end", framed('"a\\'), "not JSON"],
  ["what is not UTF-8", frame(Buffer.from([0x22, 0xff, 0x22])), "ASCII"],
  ["UTF-8 beyond ASCII", framed('"ü"'), "ASCII"],
  ["arrays too deep", framed("[".repeat(2_000_000)), "deeper than 216"],
  ["arrays too deep that close", framed("[".repeat(217) + "]".repeat(217)), "deeper than 216"],
  ["an object inside", framed('[{"a":1}]'), "an object inside"],
  ["objects in objects", framed('{"a":'.repeat(100)), "an object inside"],
  ["a number of many digits", framed("1".repeat(2_000_000)), "not JSON of a worker"],
  ["much white space", framed(`[${" ".repeat(2_000_000)}]`), "not JSON of a worker"],
  ["many small arrays", framed(`[${"[],".repeat(690_000)}[]]`), "marks"],
  ["many names", framed(`{${'"a":1,'.repeat(300_000)}"b":1}`), "marks"],
] as const)("%s is refused before the parser sees it, or by it", (_name, bytes, reason) => {
  expect(new FrameReader().push(bytes).refused).toContain(reason);
});

test("a frame as deep and as full as a worker can write it is read", () => {
  const deep = `${'["d",["k",'.repeat(100)}null${"]]".repeat(100)}`;
  const full = `["l"${',["c","0.0","1.0"]'.repeat(80_000)}]`;
  for (const value of [deep, full]) {
    const read = new FrameReader().push(
      framed(`{"nonce":"n","program":null,"calls":[["ok",${value},null]]}`),
    );
    expect([read.refused, read.frames.length]).toEqual([undefined, 1]);
  }
});

test("a frame that comes byte by byte takes memory for its bytes and not for its pieces", () => {
  const reader = new FrameReader();
  const head = Buffer.alloc(4);
  head.writeUInt32BE(MAX_FRAME_BYTES);
  reader.push(head);
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 1_000_000; i++) reader.push(Buffer.of(0x20));
  Bun.gc(true);
  expect(reader.pending).toBe(1_000_004);
  expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
});
