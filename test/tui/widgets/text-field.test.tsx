import { expect, test } from "bun:test";
import { Box, Text } from "ink";
import { useState } from "react";
import { KeyRouter, useKeys } from "../../../src/tui/key-router.tsx";
import { edited, type TextValue, textValue } from "../../../src/tui/widgets/text-edit.ts";
import { TextField } from "../../../src/tui/widgets/text-field.tsx";
import { mount } from "../screen.tsx";

function Field({
  start,
  width,
  placeholder = "",
}: {
  start: TextValue;
  width: number;
  placeholder?: string;
}) {
  const [value, setValue] = useState(start);
  useKeys(0, (key) => {
    const next = edited(value, key);
    if (next) setValue(next);
    return next !== null;
  });
  return (
    <Box flexDirection="column">
      <Box width={width}>
        <TextField value={value} width={width} placeholder={placeholder} />
      </Box>
      <Text>{`text: ${value.text}`}</Text>
    </Box>
  );
}

const open = (start: string, width: number, placeholder?: string) =>
  mount(
    <KeyRouter>
      <Field start={textValue(start)} width={width} {...(placeholder ? { placeholder } : {})} />
    </KeyRouter>,
    40,
    5,
  );

const row = async (screen: ReturnType<typeof mount>, index = 0) => (await screen.text()).split("\n")[index];

test("the field scrolls with the cursor, and shows where it is cut", async () => {
  using screen = open("0123456789abcdef", 10);
  expect(await row(screen)).toBe("…89abcdef");
  await screen.press("\x1b[H");
  expect(await row(screen)).toBe("012345678…");
  await screen.press(..."\x1b[C ".repeat(8).trim().split(" "));
  expect(await row(screen)).toBe("012345678…");
  await screen.press("\x1b[C", "\x1b[C");
  expect(await row(screen)).toBe("…3456789a…");
  await screen.press("\x0b");
  expect(await row(screen, 1)).toBe("text: 0123456789");
});

test("keys that arrive in one read, a paste among them, are all taken", async () => {
  using screen = open("", 20, "nothing yet");
  expect(await row(screen)).toContain("nothing yet");
  await screen.press("abc\x7f", "\x1b[D", "\x1b[200~x\ny\x1b[201~", "\x1b[3~");
  expect(await row(screen, 1)).toBe("text: ax y");
});

test("wide and combining characters keep to the width", async () => {
  using screen = open("漢字漢字漢字e\u0301e\u0301", 10);
  const line = (await row(screen)) ?? "";
  expect(line).toStartWith("…");
  expect(Bun.stringWidth(line)).toBeLessThanOrEqual(10);
  expect(line).toEndWith("e\u0301e\u0301");
  await screen.press("\x01");
  expect(Bun.stringWidth((await row(screen)) ?? "")).toBeLessThanOrEqual(10);
  expect(await row(screen)).toStartWith("漢字漢字");
});

test("text that would steer the terminal is drawn as dots", async () => {
  using screen = open("a\u202eb\u200bc", 20);
  expect(await row(screen)).toBe("a·b·c");
});
