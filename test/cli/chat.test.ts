import { expect, test } from "bun:test";
import { Conversation } from "../../src/cli/chat.ts";
import { GrowingText } from "../../src/cli/growing-text.ts";
import type { ChatMessage, Tokenizer } from "../../src/interfaces/tokenizer.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";

/** Renders `u:Hello|a:Hi|`, a token a byte. */
const tokenizer: Tokenizer = {
  ...byteTokenizer,
  hasChatTemplate: true,
  encodeChat: (messages: readonly ChatMessage[]) =>
    byteTokenizer.encode(messages.map(({ role, content }) => `${role[0]}:${content}|`).join("")),
};
const text = (prompt: number[] | null) => prompt && byteTokenizer.decode(prompt);

test("a conversation renders its turns, and is forgotten on reset; the system message stays", () => {
  const talk = new Conversation(tokenizer, 200, "Be short.");
  expect(text(talk.say("Hello"))).toBe("s:Be short.|u:Hello|");
  talk.answered("Hi");
  expect(text(talk.say("And?"))).toBe("s:Be short.|u:Hello|a:Hi|u:And?|");
  talk.reset();
  expect(text(talk.say("Again"))).toBe("s:Be short.|u:Again|");
});

test("turns that do not fit into half of the context are forgotten, oldest first; a message too long is not said", () => {
  const talk = new Conversation(tokenizer, 40);
  for (const turn of ["one", "two"]) {
    talk.say(turn);
    talk.answered("ok");
  }
  expect(text(talk.say("three"))).toBe("u:two|a:ok|u:three|");
  talk.answered("ok");
  expect(talk.say("x".repeat(37))).toBeNull();
  expect(text(talk.say("x".repeat(36)))).toBe(`u:${"x".repeat(36)}|`);
});

test("growing text is written once, and a line break that comes in halves as one", () => {
  const written: string[] = [];
  const growing = new GrowingText(
    (piece) => piece.replaceAll("\r\n", "\n"),
    (piece) => void written.push(piece),
  );
  for (const whole of ["a", "a", "ab\r", "ab\r\nc"]) growing.show(whole);
  growing.end("ab\r\ncd");
  expect(written).toEqual(["a", "b", "\nc", "d", "\n"]);
});
