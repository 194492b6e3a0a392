import python from "@speed-highlight/core/languages/py.js";
import { tokenizeWith } from "@speed-highlight/core/tokenize";
import { Text } from "ink";
import type { ReactElement } from "react";
import stringWidth from "string-width";
import type { ChartColour } from "../charts/line-chart.ts";
import { printable } from "../printable.ts";
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

/** Python source by lines of tokens; lines that are wider than `width` columns are broken. */
export function highlightPython(source: string, width: number): Token[][] {
  const lines: Token[][] = [[]];
  tokenizeWith(printable(source), python, (text, kind) => {
    text.split("\n").forEach((part, index) => {
      if (index > 0) lines.push([]);
      if (part) lines.at(-1)?.push({ text: part, kind });
    });
  });
  return lines.flatMap((line) => broken(line, width));
}

/** One highlighted line. */
export function pythonLine(key: string, tokens: readonly Token[]): ReactElement {
  return (
    <Text key={key} wrap="truncate">
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

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

function broken(line: readonly Token[], width: number): Token[][] {
  if (line.reduce((sum, { text }) => sum + text.length, 0) * 2 <= width) return [[...line]];
  const lines: Token[][] = [[]];
  let used = 0;
  for (const { text, kind } of line) {
    let part = "";
    for (const { segment } of segmenter.segment(text)) {
      const columns = stringWidth(segment);
      if (used + columns > width && used > 0) {
        if (part) lines.at(-1)?.push({ text: part, kind });
        lines.push([]);
        [part, used] = ["", 0];
      }
      part += segment;
      used += columns;
    }
    if (part) lines.at(-1)?.push({ text: part, kind });
  }
  return lines;
}
