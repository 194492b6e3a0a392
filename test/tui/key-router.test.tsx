import { expect, test } from "bun:test";
import { Text } from "ink";
import { useEffect, useState } from "react";
import { KeyRouter, useKeys } from "../../src/tui/key-router.tsx";
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
