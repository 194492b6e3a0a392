import { expect, test } from "bun:test";
import { stream } from "../../src/random/stream.ts";
import { outputBytes, outputText } from "../../src/sandbox/output-text.ts";

test.each([
  ["valid text, a byte order mark too", Buffer.from("\ufeffé😀\n"), "\ufeffé😀\n"],
  ["bytes that begin nothing", Buffer.of(0x61, 0xff, 0x80, 0x62), "a\udcff\udc80b"],
  ["a character that is cut off", Buffer.from("é😀").subarray(0, 4), "é\udcf0\udc9f"],
  ["an overlong form", Buffer.of(0xc0, 0x80, 0xe0, 0x80, 0x80), "\udcc0\udc80\udce0\udc80\udc80"],
  ["a surrogate in UTF-8", Buffer.of(0xed, 0xb3, 0xbf), "\udced\udcb3\udcbf"],
  ["beyond the last character", Buffer.of(0xf4, 0x90, 0x80, 0x80), "\udcf4\udc90\udc80\udc80"],
])("%s", (_what, bytes, text) => {
  expect(outputText(bytes)).toBe(text);
  expect(outputBytes(text).equals(bytes)).toBe(true);
});

test("any bytes come back, so no two outputs are one text", () => {
  const random = stream(0, "test", "output");
  const parts = [
    ...["a", "é", "€", "😀"].map((c) => Buffer.from(c)),
    ...[0xff, 0xf0, 0x9f, 0x98, 0xe2, 0x82].map((b) => Buffer.of(b)),
  ];
  for (let i = 0; i < 2000; i++) {
    const bytes = Buffer.concat(Array.from({ length: random.integer(0, 12) }, () => random.pick(parts)));
    expect(outputBytes(outputText(bytes)).equals(bytes)).toBe(true);
  }
});
