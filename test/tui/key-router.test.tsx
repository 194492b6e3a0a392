import { expect, test } from "bun:test";
import { Text } from "ink";
import { useEffect, useState } from "react";
import { KeyRouter, TYPED, useKeys } from "../../src/tui/key-router.tsx";
import { edited, type TextValue, textValue } from "../../src/tui/widgets/text-edit.ts";
import { mount } from "./screen.tsx";

/** Counts what an engine says, and shows the last key. */
function Listener({ onSay }: { onSay: (say: (word: number) => void) => void }) {
  const [key, setKey] = useState("none");
  const [word, setWord] = useState(0);
  useEffect(() => onSay(setWord), [onSay]);
  useKeys(0, (pressed) => {
    setKey(pressed);
    return true;
  });
  return <Text>{`key ${key}, word ${word}`}</Text>;
}

test("what a key changes is drawn at once, what comes from elsewhere waits its turn", async () => {
  let say = (_word: number) => {};
  const node = (
    <KeyRouter>
      <Listener
        onSay={(setWord) => {
          say = setWord;
        }}
      />
    </KeyRouter>
  );
  // A frame in a hundred seconds.
  using screen = mount(node, 40, 12, 0.01);
  while (!screen.written().includes("key none")) await Bun.sleep(1);
  say(7);
  await Bun.sleep(20);
  expect(screen.written()).not.toContain("word 7");
  screen.send("a");
  while (!screen.written().includes("a, word 7")) await Bun.sleep(1);
});

/** A text that `/` begins and return ends; says which keys came. */
function Field({ keys }: { keys: string[] }) {
  const [value, setValue] = useState<TextValue | null>(null);
  useKeys(0, (key) => {
    keys.push(key);
    if (value === null) {
      if (key === "/") setValue(textValue());
      return true;
    }
    if (key === "return") setValue(null);
    else setValue(edited(value, key) ?? value);
    return key === "return" ? true : "text";
  });
  return <Text>{value ? `typed <${value.text}>` : "none"}</Text>;
}

/** A text that its first character ends, over what takes keys. */
function Once({ keys }: { keys: string[] }) {
  const [open, setOpen] = useState(true);
  useKeys(1, () => {
    if (!open) return false;
    setOpen(false);
    return "text";
  });
  useKeys(0, (key) => {
    if (key.startsWith(TYPED)) return false;
    keys.push(key);
    return true;
  });
  return <Text>{open ? "open" : "closed"}</Text>;
}

test("characters of one read into a text are one key, but for the first; what follows the text is keys", async () => {
  const keys: string[] = [];
  using screen = mount(
    <KeyRouter>
      <Field keys={keys} />
    </KeyRouter>,
  );
  await screen.press("j/a b  cde");
  expect(await screen.text()).toContain("typed <a b  cde>");
  expect(keys).toEqual(["j", "/", "a", "typed: b  cde"]);
  keys.length = 0;
  await screen.press("xy\x7fz\rjk");
  expect(keys).toEqual(["typed:xy", "backspace", "z", "return", "j", "k"]);
});

test("what was typed into a text that is gone is handed on as the keys that it is", async () => {
  const keys: string[] = [];
  using screen = mount(
    <KeyRouter>
      <Once keys={keys} />
    </KeyRouter>,
  );
  await screen.press("abcd");
  expect(keys).toEqual(["b", "c", "d"]);
});
