import { expect, test } from "bun:test";
import fc from "fast-check";
import { oneLine, printable, wrapped } from "../../src/tui/printable.ts";

test("control sequences, overrides and joiners do not reach the terminal", () => {
  expect(printable("\x1b[2Ja\x1b]0;t\x07b\r\nc\td")).toBe("·[2Ja·]0;t·b\nc    d");
  expect(printable("\u202eabc\u2066\u200d\ufeff\ud800x")).toBe("·abc····x");
  expect(printable("naïve 日本語 😀")).toBe("naïve 日本語 😀");
  expect(oneLine("  def f(a):\n    return a\n")).toBe("def f(a): ⏎ return a");
});

test("any text becomes lines that fit, without control characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 2, max: 20 }), (text, width) => {
      for (const line of wrapped(text, width)) {
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});
