import { BYTE_OF_CHARACTER } from "./byte-level.ts";
import type { Component } from "./tokenizer-file.ts";
import { unsupported } from "./unsupported.ts";

type Step = (tokens: string[]) => string[];

/** Tokens' names to text, by the steps of a `decoder` of a `tokenizer.json`. Throws ModelLoadError for an unknown one. */
export function createDecoder(component: Component | null): (tokens: string[]) => string {
  if (component === null) return (tokens) => tokens.join(" ");
  const steps = flatten(component).map(createStep);
  return (tokens) => steps.reduce((pieces, step) => step(pieces), tokens).join("");
}

function flatten(component: Component): Component[] {
  return component.type === "Sequence" ? (component.decoders as Component[]).flatMap(flatten) : [component];
}

function createStep(component: Component): Step {
  switch (component.type) {
    case "ByteLevel":
      return byteLevel;
    case "ByteFallback":
      return byteFallback;
    case "Fuse":
      return (tokens) => [tokens.join("")];
    case "Replace":
      return replace(component);
    case "Strip":
      return strip(String(component.content), Number(component.start), Number(component.stop));
    case "Metaspace":
      return metaspace(component);
    default:
      throw unsupported("decoder", component.type, [
        "Sequence",
        "ByteLevel",
        "ByteFallback",
        "Fuse",
        "Replace",
        "Strip",
        "Metaspace",
      ]);
  }
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const strictUtf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const toBytes = new TextEncoder();

const byteLevel: Step = (tokens) => {
  const bytes: number[] = [];
  for (const token of tokens) {
    const start = bytes.length;
    for (const character of token) {
      const byte = BYTE_OF_CHARACTER.get(character);
      if (byte !== undefined) {
        bytes.push(byte);
        continue;
      }
      // An added token may hold any character: then it stands for itself.
      bytes.length = start;
      for (const own of toBytes.encode(token)) bytes.push(own);
      break;
    }
  }
  return [utf8.decode(Uint8Array.from(bytes))];
};

/** Runs of `<0x0A>` become characters; a run that is not whole becomes one replacement character for each byte. */
const byteFallback: Step = (tokens) => {
  const pieces: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length === 0) return;
    try {
      pieces.push(strictUtf8.decode(Uint8Array.from(bytes)));
    } catch {
      pieces.push("\ufffd".repeat(bytes.length));
    }
    bytes = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
    if (byte !== undefined) {
      bytes.push(Number.parseInt(byte, 16));
    } else {
      flush();
      pieces.push(token);
    }
  }
  flush();
  return pieces;
};

function replace(component: Component): Step {
  const pattern = component.pattern as { String?: string };
  if (pattern.String === undefined) throw unsupported("decoder", "Replace with a regular expression");
  const [from, to] = [pattern.String, String(component.content)];
  return (tokens) => tokens.map((token) => token.replaceAll(from, () => to));
}

/** At most `start` and `stop` times `content` cut from the ends of each token. */
function strip(content: string, start: number, stop: number): Step {
  return (tokens) =>
    tokens.map((token) => {
      let from = 0;
      while (from < start && token[from] === content) from++;
      let to = token.length;
      while (token.length - to < stop && to > from && token[to - 1] === content) to--;
      return token.slice(from, to);
    });
}

function metaspace(component: Component): Step {
  const mark = String(component.replacement ?? "▁");
  const scheme = component.prepend_scheme ?? (component.add_prefix_space === false ? "never" : "always");
  return (tokens) =>
    tokens.map((token, index) => token.replaceAll(mark, index === 0 && scheme !== "never" ? "" : " "));
}
