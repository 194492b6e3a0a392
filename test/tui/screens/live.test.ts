import { expect, test } from "bun:test";
import fc from "fast-check";
import { responseParts } from "../../../src/tui/records/response.tsx";
import { tailOf } from "../../../src/tui/screens/dashboard/live.tsx";

const code = Array.from({ length: 200 }, (_, i) => `    total += ${i}`).join("\n");
const response = `<think>\nhow about a sum?\n</think>\n<answer>\n\`\`\`python\ndef f(a):\n${code}`;

test("the end of a long block of code is code within its answer, and begins with a whole line", () => {
  const tail = tailOf(response, 100);
  expect(tail.length).toBeLessThan(200);
  expect(tail).toStartWith("<answer>\n```python\n    total");
  expect(tail).toEndWith("total += 199");
  expect(responseParts(tail).at(-1)).toMatchObject({ kind: "code", within: "answer" });
});

test("what fits is left as it is", () => {
  expect(tailOf(response, 1e6)).toBe(response);
  expect(tailOf("", 10)).toBe("");
  expect(tailOf("plain text", 4)).toBe("text");
});

test("any response ends as its tail does, which is no longer", () => {
  const piece = fc.constantFrom(
    "<think>",
    "</think>",
    "<answer>",
    "```python\n",
    "\n```",
    "\n",
    "x = 1",
    "é",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 80 }), (pieces, length) => {
      const text = pieces.join("");
      const tail = tailOf(text, length);
      expect(tail.endsWith(text.slice(-1))).toBe(true);
      expect(tail.length).toBeLessThanOrEqual(text.length + "<answer>\n".length);
    }),
  );
});
