import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, start } from "./command-line.ts";

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

const directory = mkdtempSync(join(tmpdir(), "azr-cli-sandbox-"));
function file(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}
const plain = file("plain.py", "print('é')\ndef f(x):\n    return {x: 'ü'}\n");
const json = async (...args: string[]) =>
  JSON.parse((await run(["sandbox", "run", ...args, "--json"])).stdout);

test("a program, its calls, its output", async () => {
  const report = await json(plain, "--call", "f(1)", "--call", "f([])");
  expect(report).toMatchObject({ status: "exception", stdout: "é\n", flags: [] });
  expect(report.calls[0]).toEqual({ call: "f(1)", status: "ok", value: "{1: 'ü'}", error: null });
  expect(report.calls[1].error.type).toBe("TypeError");
});

test("the program's output is written byte for byte; in JSON each byte that is no text is an escape of its own", async () => {
  const raw = file(
    "raw.py",
    "import os\nos.write(1, bytes(range(256)) + b'\\xed\\xb2\\x80 \\xc3\\xa9\\xf0\\x9f\\x98\\x80\\n')\nx = 1",
  );
  const child = start(["sandbox", "run", raw, "--call", "x"]);
  const [bytes, code] = await Promise.all([new Response(child.stdout).bytes(), child.exited]);
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const tail = [0xed, 0xb2, 0x80, 0x20, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80, 0x0a];
  expect(Buffer.from(bytes).toString("hex")).toBe(Buffer.from([...all, ...tail, 0x31, 0x0a]).toString("hex"));
  expect(code).toBe(0);
  expect((await json(raw)).stdout.slice(127)).toStartWith("\x7f\udc80\udc81");
});

test.each([
  [["--unsafe-local", "--backend", "bwrap"], "--backend bwrap means one"],
  [["--memory", "31"], "from 32 to 1048576"],
  [["--memory", "1048577"], "from 32 to 1048576"],
  [["--timeout", "0"], "from 1 to 86400000"],
  [["--timeout", "86400001"], "from 1 to 86400000"],
  [["--call", ""], "expected an expression"],
])("%j is refused", async (flags, message) => {
  const { stderr, stdout, code } = await run(["sandbox", "run", plain, ...flags]);
  expect(stderr).toContain(message);
  expect([stdout, code]).toEqual(["", 2]);
});

test("files that are no program of text are refused before anything runs", async () => {
  const latin = file("latin.py", new Uint8Array(Buffer.from("x = '\xe9'", "latin1")));
  const { stderr, code } = await run(["sandbox", "run", latin]);
  expect(stderr).toContain("is not UTF-8: byte 0xe9 at offset 5, in line 1");
  expect(code).toBe(2);
  expect((await run(["sandbox", "run", directory])).stderr).toContain("this is a directory");
  expect((await run(["sandbox", "run", plain, "--stdin", latin])).stderr).toContain("is not UTF-8");
});

test("--rules refuses forbidden modules in the program and in calls; without it nothing is", async () => {
  const forbidden = file("forbidden.py", "def f():\n    exec('import socket')\n");
  expect(await json(forbidden)).toMatchObject({ status: "ok", flags: [] });
  expect(await json(forbidden, "--rules")).toMatchObject({
    status: "forbidden-import",
    flags: ["import:socket"],
  });
  expect(await json(plain, "--rules", "--call", "__import__('os').getpid()")).toMatchObject({
    status: "forbidden-import",
    flags: ["import:os"],
  });
});

test("--twice compares values and output of two runs", async () => {
  const printing = file("hash.py", "print(hash('a'))");
  expect(await json(printing)).toMatchObject({ status: "ok" });
  expect(await json(printing, "--twice")).toMatchObject({ status: "non-deterministic" });
  expect(await json(plain, "--twice")).toMatchObject({ status: "ok" });
});

test("the least memory is enough for Python's library", async () => {
  const library = file(
    "library.py",
    "import decimal, re, json, dataclasses, statistics, fractions, enum, typing\nx = 1",
  );
  expect(await json(library, "--memory", "32", "--call", "x")).toMatchObject({ status: "ok", value: "1" });
});

test("train refuses --unsafe-local beside another backend, and starts nothing", async () => {
  const flags = ["train", "two", "--unsafe-local", "--set", "sandbox.backend=bwrap", "--headless"];
  const { stderr, code } = await run(flags, { cwd: directory, env: { AZR_CACHE_DIR: directory } });
  expect(stderr).toContain("--unsafe-local means no sandbox, and --set sandbox.backend=bwrap means one");
  expect([code, existsSync(join(directory, "runs"))]).toEqual([2, false]);
});
