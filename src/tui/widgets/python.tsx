import python from "@speed-highlight/core/languages/py.js";
import { tokenizeWith } from "@speed-highlight/core/tokenize";
import { Text } from "ink";
import type { ChartColour } from "../charts/line-chart.ts";
import { colour } from "../theme.ts";

const COLOURS: Record<string, ChartColour> = {
  kwd: "magenta",
  str: "green",
  num: "yellow",
  bool: "yellow",
  func: "cyan",
  class: "cyan",
  type: "cyan",
  cmnt: "blue",
  esc: "yellow",
};

interface Token {
  text: string;
  kind: string | undefined;
}

/** Python source by lines of tokens. */
export function highlightPython(source: string): Token[][] {
  const lines: Token[][] = [[]];
  tokenizeWith(printable(source), python, (text, kind) => {
    text.split("\n").forEach((part, index) => {
      if (index > 0) lines.push([]);
      if (part) lines.at(-1)?.push({ text: part, kind });
    });
  });
  return lines;
}

/** One highlighted line. */
export function PythonLine({ tokens }: { tokens: readonly Token[] }) {
  return (
    <Text wrap="truncate">
      {tokens.length === 0
        ? " "
        : tokens.map((token, index) => {
            const name = token.kind ? COLOURS[token.kind] : undefined;
            return (
              <Text key={index} color={name && colour(name)}>
                {token.text}
              </Text>
            );
          })}
    </Text>
  );
}

/** Model text without control characters, which would move the cursor or recolour the screen. */
export function printable(text: string): string {
  return (
    text
      .replaceAll("\t", "    ")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed.
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200d]/g, "·")
  );
}
