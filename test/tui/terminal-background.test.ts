import { expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import type { Background } from "../../src/tui/colours.ts";
import { BackgroundQuestion, mayAsk } from "../../src/tui/terminal-background.ts";

/** A terminal's input: what it gives in one read each. */
class Input extends EventEmitter {
  readonly chunks: string[] = [];
  read(): string | null {
    return this.chunks.shift() ?? null;
  }
  unshift(chunk: string): void {
    this.chunks.unshift(chunk);
  }
  give(...chunks: string[]): void {
    this.chunks.push(...chunks);
    this.emit("readable");
  }
}

function ask() {
  const input = new Input();
  const heard: Background[] = [];
  let written = "";
  const question = new BackgroundQuestion(input, (text) => {
    written += text;
  });
  question.onAnswer((background) => heard.push(background));
  return { input, question, heard, written: () => written };
}

test("the answer says the background, in any number of digits, and never is a key", () => {
  const answers: [string, Background][] = [
    ["\x1b]11;rgb:ffff/ffff/ffff\x07", "light"],
    ["\x1b]11;rgb:fd/f6/e3\x1b\\", "light"],
    ["\x1b]11;rgba:0000/2b2b/3636/ffff\x1b\\", "dark"],
    ["\x1b]11;rgb:0/0/0\x07", "dark"],
  ];
  for (const [answer, background] of answers) {
    const { input, question, heard } = ask();
    input.give(`j${answer}k\x1b[?62;22;52c\x1b[A`);
    expect(input.read()).toBe("jk\x1b[A");
    expect([question.background, question.settled, heard]).toEqual([background, true, [background]]);
  }
});

test("an answer that is cut anywhere is put together, and what is no answer is handed on", () => {
  const whole = "\x1b]11;rgb:eeee/eeee/eeee\x1b\\\x1b[?1;2c";
  for (let at = 2; at < whole.length; at++) {
    const { input, heard } = ask();
    input.give(`a${whole.slice(0, at)}`, `${whole.slice(at)}b`);
    expect(`${input.read()}${input.read()}`).toBe("ab");
    expect(heard).toEqual(["light"]);
  }
  const { input, question } = ask();
  input.give("\x1b", "\x1b]j", "\x1b[<0;3;4M");
  expect([input.read(), input.read(), input.read()]).toEqual(["\x1b", "\x1b]j", "\x1b[<0;3;4M"]);
  input.give("\x1b[?1c\x1b]");
  expect(input.read()).toBe("\x1b]");
  expect([question.background, question.settled]).toEqual([null, true]);
});

test("waiting ends with the answers or the time, and keys that came before are still there", async () => {
  const { input, question, written } = ask();
  expect(written()).toBe("\x1b]11;?\x07\x1b[c");
  const waiting = question.wait(60_000);
  input.give("q", "\x1b]11;rgb:00/00/00\x07", "\x1b[?6c");
  await waiting;
  expect(input.read()).toBe("q");
  const silent = ask();
  await silent.question.wait(1);
  silent.input.give("\x1b]11;rgb:ff/ff/ff\x07x");
  expect(silent.input.read()).toBe("x");
  expect(silent.heard).toEqual(["light"]);
  expect(["xterm", "screen", "linux", "dumb", undefined].map(mayAsk)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
