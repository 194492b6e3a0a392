import { expect, test } from "bun:test";
import { PASTED } from "../../../src/tui/key-router.tsx";
import { edited, type TextValue, textValue } from "../../../src/tui/widgets/text-edit.ts";

/** The text after the keys, `|` where the cursor is. */
function typed(start: string, ...keys: string[]): string {
  const at = start.indexOf("|");
  const begun: TextValue = at < 0 ? textValue(start) : { text: start.replace("|", ""), cursor: at };
  const { text, cursor } = keys.reduce((value, key) => edited(value, key) ?? value, begun);
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

test("letters go where the cursor is, which the keys move", () => {
  expect(typed("", "a", "space", "b")).toBe("a b|");
  expect(typed("abc", "left", "left", "x")).toBe("ax|bc");
  expect(typed("abc", "home", "x", "end", "y")).toBe("xabcy|");
  expect(typed("abc", "ctrl+a", "right", "ctrl+f", "ctrl+b", "x")).toBe("ax|bc");
  expect(typed("|abc", "left")).toBe("|abc");
  expect(typed("abc|", "right", "ctrl+e")).toBe("abc|");
});

test("what is erased, and what is left", () => {
  expect(typed("abc", "backspace")).toBe("ab|");
  expect(typed("a|bc", "delete", "ctrl+d", "ctrl+d")).toBe("a|");
  expect(typed("|abc", "backspace")).toBe("|abc");
  expect(typed("one two  |three", "ctrl+w")).toBe("one |three");
  expect(typed("one two|", "ctrl+w", "ctrl+w", "ctrl+w")).toBe("|");
  expect(typed("one |two", "ctrl+u")).toBe("|two");
  expect(typed("one |two", "ctrl+k")).toBe("one |");
});

test("a character is what a reader sees: accents, wide letters and emoji are one", () => {
  expect(typed("", "e", "\u0301", "x", "left", "left")).toBe("|e\u0301x");
  expect(typed("e\u0301", "backspace")).toBe("|");
  expect(typed("漢字", "left", "backspace")).toBe("|字");
  expect(typed("👩‍👩‍👧!", "left", "backspace")).toBe("|!");
  // The accent joins the letter before it, and the cursor stands behind both.
  expect(typed("e|x", "\u0301", "y")).toBe("e\u0301y|x");
});

test("a paste is one line without control characters", () => {
  expect(typed("a|d", `${PASTED}b\r\n  c\x1b[31m`)).toBe("ab c[31m|d");
  expect(typed("", "\x07")).toBe("|");
});

test("keys that are none of a field's are left to others", () => {
  for (const key of ["return", "escape", "up", "down", "tab", "pageup", "ctrl+c"])
    expect(edited(textValue("a"), key)).toBeNull();
});
