import { expect, test } from "bun:test";
import { ATTEMPTS, Conversation } from "../../src/sandbox/conversation.ts";
import attempts from "../../src/sandbox/inside/attempts.py" with { type: "text" };

const FOUND = { program: null, calls: [null], imports: [] };
const RESULT = { nonce: "n", program: null, calls: [["ok", true, null]] };

function conversation(...frames: unknown[]): Conversation {
  const said = new Conversation({ nonce: "n", calls: 1, forbidden: ["os", "socket"] });
  for (const frame of frames) if (!said.take(frame)) throw new Error(`refused: ${JSON.stringify(frame)}`);
  return said;
}

test("findings, attempts and a result make an ending", () => {
  const said = conversation(FOUND, { tried: "socket" }, { tried: "file-read" }, RESULT);
  expect(said.complete).toBe(true);
  expect(said.flags).toEqual(["file-read", "socket"]);
  expect(said.ending()).toEqual({
    verdict: "ok",
    calls: [{ verdict: "ok", value: { type: "bool", value: true } }],
  });
  expect(said.take(RESULT)).toBe(false);
});

test("what was found before the program ran ends it", () => {
  const broken = conversation({ ...FOUND, program: ["syntax-error", ["SyntaxError", "no (line 1)"]] });
  expect(broken.complete).toBe(true);
  expect(broken.ending()).toEqual({
    verdict: "syntax-error",
    error: { type: "SyntaxError", message: "no (line 1)" },
    calls: [],
  });
  expect(broken.take(RESULT)).toBe(false);
  const forbidden = conversation({ ...FOUND, imports: ["os", "socket"] });
  expect(forbidden.ending()).toMatchObject({
    verdict: "forbidden-import",
    error: { message: "import of os, socket" },
  });
  expect(forbidden.flags).toEqual(["import:os", "import:socket"]);
});

test("a call that cannot be compiled has its error from the findings", () => {
  const said = conversation({ ...FOUND, calls: [["SyntaxError", "no"]] }, { ...RESULT, calls: [null] });
  expect(said.ending()).toEqual({
    verdict: "syntax-error",
    calls: [{ verdict: "syntax-error", error: { type: "SyntaxError", message: "no" } }],
  });
});

test("a program that failed has no calls", () => {
  const said = conversation(FOUND, { ...RESULT, program: ["exception", ["E", "m"]], calls: [] });
  expect(said.ending()).toEqual({ verdict: "exception", error: { type: "E", message: "m" }, calls: [] });
});

test("a worker without limits says so and is broken", () => {
  const said = conversation({ unlimited: "not\u001b[2J" });
  expect([said.complete, said.broken]).toEqual([true, "not\\x1b[2J"]);
});

test.each([
  [null],
  [[]],
  ["ok"],
  [RESULT],
  [{ tried: "socket" }],
  [{ ...FOUND, calls: [] }],
  [{ ...FOUND, calls: [null, null] }],
  [{ ...FOUND, imports: ["re"] }],
  [{ ...FOUND, imports: "os" }],
  [{ ...FOUND, imports: ["os", "os"] }],
  [{ ...FOUND, more: 1 }],
  [{ unlimited: "x", more: 1 }],
  [{ ...FOUND, program: ["exception", ["E", "m"]] }],
  [{ ...FOUND, program: ["ok", null] }],
])("%j is no finding", (frame) => {
  const said = conversation();
  expect(said.take(frame)).toBe(false);
  expect(said.ending()).toBeUndefined();
});

test.each([
  [null],
  [FOUND],
  [{ unlimited: "x" }],
  [{ ...RESULT, nonce: "m" }],
  [{ ...RESULT, calls: [] }],
  [{ ...RESULT, calls: [null] }],
  [
    {
      ...RESULT,
      calls: [
        ["ok", true, null],
        ["ok", true, null],
      ],
    },
  ],
  [{ ...RESULT, calls: [["ok", 1, null]] }],
  [{ ...RESULT, calls: [["ok", true, ["E", "m"]]] }],
  [{ ...RESULT, calls: [["syntax-error", null, ["E", "m"]]] }],
  [{ ...RESULT, calls: [["forbidden-import", null, ["E", "m"]]] }],
  [{ ...RESULT, calls: [["timeout", null, ["E", "m"]]] }],
  [{ ...RESULT, calls: [["exception", null, null]] }],
  [{ ...RESULT, program: ["forbidden-import", ["E", "m"]], calls: [] }],
  [{ ...RESULT, program: ["syntax-error", ["E", "m"]], calls: [] }],
  [{ ...RESULT, program: ["sandbox-violation", ["E", "m"]], calls: [] }],
  [{ ...RESULT, program: ["exception", ["E", "m"]] }],
  [{ ...RESULT, program: ["exception", ["E".repeat(101), "m"]], calls: [] }],
  [{ ...RESULT, program: ["exception", ["E", "m".repeat(301)]], calls: [] }],
  [{ ...RESULT, program: ["exception", ["E"]], calls: [] }],
  [{ ...RESULT, more: 1 }],
  [{ tried: "socket", more: 1 }],
  [JSON.parse('{"tried":"socket","__proto__":1}')],
  [{ tried: "import:os" }],
  [{ tried: "violation" }],
  [{ tried: ["socket"] }],
])("%j is nothing that a worker says of a program that ran", (frame) => {
  const said = conversation(FOUND);
  expect(said.take(frame)).toBe(false);
  expect([said.ending(), said.flags]).toEqual([undefined, []]);
});

test("a kind is tried once", () => {
  expect(conversation(FOUND, { tried: "socket" }).take({ tried: "socket" })).toBe(false);
});

test("the kinds are those that the worker notes", () => {
  const noted = [...attempts.matchAll(/(?:": |note\()"([a-z-]+)"/g)].map((match) => match[1] as string);
  expect([...new Set(noted)].sort()).toEqual([...ATTEMPTS]);
});

test.each([
  ["E\nF\r\t", "E\\nF\\r\\t"],
  ["\u001b[2J\u009b", "\\x1b[2J\\x9b"],
  ["\u202e\u2028\u2066", "\\u202e\\u2028\\u2066"],
  ["\ud800x", "\\ud800x"],
  ["\u{e0001}é😀", "\\U000e0001é😀"],
])("a type of %j is shown as %s", (type, shown) => {
  const said = conversation(FOUND, { ...RESULT, program: ["exception", [type, type]], calls: [] });
  expect(said.ending()?.error?.type).toBe(shown);
  expect(said.ending()?.error?.message.replace(/[\n\t]/g, "")).toBe(shown.replace(/\\[nt]/g, ""));
});
