import { afterEach, expect, test } from "bun:test";
import { copy, MOST_COPIED } from "../../src/tui/clipboard.ts";

const tmux = process.env.TMUX;
afterEach(() => {
  if (tmux === undefined) delete process.env.TMUX;
  else process.env.TMUX = tmux;
});

function copied(text: string) {
  let sequence = "";
  const said = copy(text, (written) => {
    sequence += written;
  });
  return {
    said,
    sequence,
    text: Buffer.from(/;c;([\w+/=]*)/.exec(sequence)?.[1] ?? "", "base64").toString(),
  };
}

test("a text goes to the terminal as OSC 52, without what a shell would obey", () => {
  delete process.env.TMUX;
  expect(copied("def f(a):\r\n\treturn 'é 日本'\n")).toEqual({
    said: "copied: 3 lines",
    sequence: `\x1b]52;c;${Buffer.from("def f(a):\n\treturn 'é 日本'\n").toString("base64")}\x07`,
    text: "def f(a):\n\treturn 'é 日本'\n",
  });
  expect(copied("a\x1b[201~b\x07\x03c").text).toBe("a[201~bc");
});

test("what is longer than terminals take is cut between two characters, and said", () => {
  delete process.env.TMUX;
  const { said, text } = copied("é".repeat(MOST_COPIED));
  expect(said).toContain(`the first ${MOST_COPIED} of ${2 * MOST_COPIED} bytes`);
  expect(text).toBe("é".repeat(MOST_COPIED / 2));
  expect(copied(`a${"é".repeat(MOST_COPIED)}`).text.endsWith("é")).toBe(true);
});

test("under tmux it is handed on as well", () => {
  process.env.TMUX = "/tmp/tmux-0/default,1,0";
  const { sequence } = copied("x");
  expect(sequence).toContain("\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\");
});
