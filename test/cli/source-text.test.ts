import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { pythonProgram, readNamedFile, utf8Text } from "../../src/cli/source-text.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

test.each([
  ["x = '\xff'\n", 5, "0xff", 1],
  ["# a\n# \xc3\xa9\nx = '\xc3'", 14, "0xc3", 3],
  ["\xed\xa0\x80", 0, "0xed", 1],
  ["abc\xf0\x9f\x98", 3, "0xf0", 1],
  [`${"x".repeat(1_000_000)}\x80`, 1_000_000, "0x80", 1],
])("%#: what is not UTF-8 is refused with its place", (text, offset, byte, line) => {
  expect(() => utf8Text(bytes(text), "p.py")).toThrow(
    `p.py is not UTF-8: byte ${byte} at offset ${offset}, in line ${line}.`,
  );
});

test("UTF-8 is kept as it is, and a program's byte order mark is taken away", () => {
  expect(utf8Text(bytes("\xef\xbb\xbfa\r\n\xc3\xa9\0"), "x")).toBe("\ufeffa\r\n\u00e9\0");
  expect(pythonProgram(bytes("\xef\xbb\xbfx = 1"), "x")).toBe("x = 1");
});

test.each([
  "# -*- coding: utf-8 -*-\nx = '\xc3\xa9'",
  "#!/usr/bin/python\n# vim: set fileencoding=UTF_8 :\nx = '\xc3\xa9'",
  "# coding: latin-1\nx = 'plain'",
  "x = 1\n# coding: latin-1\n'\xc3\xa9'",
  "# 1\n# 2\n# coding: latin-1\n'\xc3\xa9'",
])("%#: a declaration that changes nothing is taken", (text) => {
  expect(pythonProgram(bytes(text), "p.py")).toBe(Buffer.from(text, "latin1").toString());
});

test.each([
  ["# coding: latin-1\nx = '\xc3\xa9'", "latin-1"],
  ["\n# -*- coding: cp1252 -*-\n'\xc3\xa9'", "cp1252"],
  ["# coding: utf-7\nx = '+AOk-'", "utf-7"],
  ["# coding: rot13\nk = 1", "rot13"],
])("%#: another encoding is refused by name", (text, encoding) => {
  expect(() => pythonProgram(bytes(text), "p.py")).toThrow(`declares the encoding ${encoding}`);
});

test("a directory and a file that is not there are named", async () => {
  await expect(readNamedFile(tmpdir())).rejects.toThrow("this is a directory");
  await expect(readNamedFile("/nowhere/at/all")).rejects.toThrow("There is no file /nowhere/at/all");
});
