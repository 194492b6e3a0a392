import { expect, test } from "bun:test";
import { FrameReader, frame, MAX_FRAME_BYTES } from "../../src/sandbox/protocol.ts";

test("frames arrive whole, however they are cut", () => {
  const values = [
    { hello: 1, canary: "2", denied: "1 25", written: "" },
    { unlimited: 'b\\"c":"tried":' },
    { program: null, calls: [null, ["E", '"x":1']], imports: ["os"] },
    { tried: "socket" },
    { nonce: "n", program: null, calls: [["ok", "x".repeat(1000), null]] },
  ];
  const bytes = Buffer.concat(values.map((value) => frame(Buffer.from(JSON.stringify(value)))));
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
/** A result whose calls are this text. */
const calls = (text: string) => framed(`{"nonce":"n","program":null,"calls":${text}`);
/** What stands before the calls of a result is one level deep. */
const LEVELS = 215;

test.each([
  ["an oversized frame", Buffer.from([0xff, 0xff, 0xff, 0xff]), "at most 2097152"],
  ["an empty frame", Buffer.from([0, 0, 0, 0]), "empty"],
  ["what is not JSON", calls('["]}'), "not JSON"],
  ["half a string", calls('"a'), "not JSON"],
  ["an escape at the end", calls('"a\\'), "not JSON"],
  ["what is not UTF-8", frame(Buffer.from('{"tried":"\xff"}', "latin1")), "ASCII"],
  ["UTF-8 beyond ASCII", calls('["ü"]}'), "ASCII"],
  ["arrays too deep", calls("[".repeat(2_000_000)), "deeper than 216"],
  [
    "arrays too deep that close",
    calls(`${"[".repeat(LEVELS + 1)}${"]".repeat(LEVELS + 1)}}`),
    "deeper than 216",
  ],
  ["an object inside", calls('[{"a":1}]}'), "an object inside"],
  ["objects in objects", calls('{"a":'.repeat(100)), "an object inside"],
  ["a number of many digits", calls("1".repeat(2_000_000)), "not JSON of a worker"],
  ["white space", calls("[ ]}"), "not JSON of a worker"],
  ["many small arrays", calls(`[${"[],".repeat(690_000)}[]]}`), "marks"],
  ["an array", framed('[{"tried":"socket"}]'), "a kind that there is not"],
  ["a name of no kind", framed('{"a":1}'), "a kind that there is not"],
  ["no name", framed("{}"), "a kind that there is not"],
  ["a name more", framed('{"tried":"socket","x":[]}'), "with other keys"],
  ["a name twice", framed('{"tried":"socket","tried":"signal"}'), "with other keys"],
  ["a name of every object", framed('{"tried":"socket","__proto__":1}'), "with other keys"],
  ["a name that is escaped", calls('[],"\\u0078":1}'), "with other keys"],
  ["a name before white space", framed('{"tried":"socket","x" :1}'), "not JSON of a worker"],
  ["names in another order", framed('{"nonce":"n","calls":[],"program":null}'), "with other keys"],
  ["a name less", framed('{"nonce":"n","calls":[]}'), "with other keys"],
  ["the last name less", framed('{"nonce":"n","program":null}'), "without all its keys"],
  ["a large attempt", framed(`{"tried":"${"x".repeat(64)}"}`), "of 76 bytes (at most 64)"],
  ["a large greeting", framed(`{"hello":1,"canary":"${"x".repeat(512)}"}`), "(at most 512)"],
] as const)("%s is refused before the parser sees it, or by it", (_name, bytes, reason) => {
  expect(new FrameReader().push(bytes).refused).toContain(reason);
});

test("a frame as deep and as full as a worker can write it is read", () => {
  const deep = `${'["d",["k",'.repeat(100)}null${"]]".repeat(100)}`;
  const full = `["l"${',["c","0.0","1.0"]'.repeat(80_000)}]`;
  for (const value of [deep, full]) {
    const read = new FrameReader().push(calls(`[["ok",${value},null]]}`));
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

test("a frame that is larger than its kind is refused without being read", () => {
  const junk = framed(`{"tried":"socket","x":[${"[],".repeat(250_000)}[]]}`);
  const large = new FrameReader().push(junk);
  expect(large.refused).toBe(`a frame "tried" of ${junk.length - 4} bytes (at most 64)`);
});
