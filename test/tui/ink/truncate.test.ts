import { expect, test } from "bun:test";
import { styledCharsFromTokens, tokenize } from "@alcalzone/ansi-tokenize";
import { stream } from "../../../src/random/stream.ts";
import truncate from "../../../src/tui/ink/truncate.ts";

const WORDS = ["step 12", "界面", "e\u0301", "👍", " ", "─╮", "⣀⡠", "a"];
const STYLES = [31, 32, 1, 2, 7].map((code) => `\x1b[${code}m`);
const CLOSE = ["\x1b[39m", "\x1b[22m", "\x1b[27m"];

const characters = (text: string) => styledCharsFromTokens(tokenize(text));

test("texts are cut as cli-truncate cuts them, character by character with its styles", async () => {
  // The question mark tells the import from the one that ours takes the place of.
  const file = Bun.resolveSync("cli-truncate", Bun.resolveSync("ink", import.meta.dir));
  const { default: cliTruncate } = await import(`${file}?own`);
  expect(cliTruncate).not.toBe(truncate);
  const draws = stream(1, "texts");
  for (let i = 0; i < 600; i++) {
    const text = Array.from({ length: draws.integer(0, 6) }, () => {
      const word = draws.pick(WORDS);
      return draws.uniform() < 0.5
        ? draws.pick(STYLES) + word + (draws.uniform() < 0.7 ? CLOSE.join("") : "")
        : word;
    }).join("");
    const columns = draws.integer(0, 24);
    expect(characters(truncate(text, columns)), JSON.stringify([text, columns])).toEqual(
      characters(cliTruncate(text, columns, { position: "end" })),
    );
  }
});
