import { Text } from "ink";
import type { ReactElement } from "react";
import { wrapped } from "../printable.ts";
import { emphasis } from "../theme.ts";
import { highlightPython, pythonLine } from "../widgets/python.tsx";

/** A piece of a response: a tag, or text within `think`, within `answer` or outside, plain or a block of code. */
export interface ResponsePart {
  kind: "tag" | "text" | "code";
  within: "think" | "answer" | null;
  text: string;
}

const TAG = /(<\/?(?:think|answer)>)/i;
/** A fenced block; one that was cut off ends with the text. */
const FENCE = /(```[a-z]*\n[\s\S]*?(?:\n```|$))/i;

/** The parts of a response, in turn; joined they are the response. */
export function responseParts(response: string): ResponsePart[] {
  const parts: ResponsePart[] = [];
  let within: ResponsePart["within"] = null;
  for (const piece of response.split(TAG)) {
    if (piece === "") continue;
    const tag = /^<(\/?)(think|answer)>$/i.exec(piece);
    if (tag) {
      within = tag[1] ? null : (tag[2]?.toLowerCase() as "think" | "answer");
      parts.push({ kind: "tag", within, text: piece });
      continue;
    }
    for (const text of piece.split(FENCE)) {
      if (text !== "") parts.push({ kind: text.startsWith("```") ? "code" : "text", within, text });
    }
  }
  return parts;
}

/** A response by lines: its tags marked, thoughts faint, blocks of code as Python. */
export function responseLines(response: string, width: number): ReactElement[] {
  return responseParts(response).flatMap(({ kind, within, text }, part) => {
    const key = (line: number) => `r${part}.${line}`;
    if (kind === "tag") {
      return [
        <Text key={key(0)} wrap="truncate" {...emphasis.title()}>
          {text}
        </Text>,
      ];
    }
    if (kind === "code") {
      const [fence = "", ...rest] = text.split("\n");
      const closed = rest.at(-1) === "```";
      const source = (closed ? rest.slice(0, -1) : rest).join("\n");
      return [
        <Text key={key(0)} {...emphasis.faint()}>
          {fence}
        </Text>,
        ...highlightPython(source, width).map((tokens, line) => pythonLine(key(line + 1), tokens)),
        ...(closed
          ? [
              <Text key={key(-1)} {...emphasis.faint()}>
                {"```"}
              </Text>,
            ]
          : []),
      ];
    }
    // The line break beside a tag or a block is that of the tag or the block.
    const body = text.replace(/^\n/, "").replace(/\n$/, "");
    if (body === "") return [];
    return wrapped(body, width).map((line, index) => (
      <Text key={key(index)} wrap="truncate" {...(within === "think" ? emphasis.faint() : {})}>
        {line || " "}
      </Text>
    ));
  });
}
