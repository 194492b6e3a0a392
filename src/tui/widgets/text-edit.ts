import { PASTED, TYPED } from "../key-router.tsx";
import { actionOf, type KeyId } from "../keys/table.ts";

/** One line of text that is being typed. */
export interface TextValue {
  text: string;
  /** Where the next character goes: an offset in UTF-16 units, between two characters as a reader sees them. */
  cursor: number;
}

/** A text as it is before the first key: the cursor behind it. */
export const textValue = (text = ""): TextValue => ({ text, cursor: text.length });

/** The text after a key of the context `text`, a character, several of them or a paste; null where the key is none of these. */
export function edited(value: TextValue, key: string): TextValue | null {
  if (key.startsWith(PASTED)) return inserted(value, key.slice(PASTED.length).replace(/\s+/g, " "));
  if (key.startsWith(TYPED)) return inserted(value, key.slice(TYPED.length));
  const action = actionOf(key, ["text"]);
  const edit = action && EDITS[action];
  if (edit) return edit(value);
  if (key === "space") return inserted(value, " ");
  // Names of keys are longer than a character; what one character more than a unit makes is still one.
  return [...key].length === 1 ? inserted(value, key) : null;
}

/** Characters as a reader sees them: a letter with its accents, an emoji with its parts. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

const EDITS: Partial<Record<KeyId, (value: TextValue) => TextValue>> = {
  "text-left": ({ text, cursor }) => ({ text, cursor: before(text, cursor) }),
  "text-right": ({ text, cursor }) => ({ text, cursor: after(text, cursor) }),
  "text-start": ({ text }) => ({ text, cursor: 0 }),
  "text-end": ({ text }) => textValue(text),
  "text-erase": ({ text, cursor }) => without(text, before(text, cursor), cursor),
  "text-delete": ({ text, cursor }) => without(text, cursor, after(text, cursor)),
  "text-erase-word": ({ text, cursor }) => without(text, wordStart(text, cursor), cursor),
  "text-erase-start": ({ text, cursor }) => without(text, 0, cursor),
  "text-erase-end": ({ text, cursor }) => without(text, cursor, text.length),
};

/** Control characters are left out: no text that is searched for or set holds one. */
function inserted({ text, cursor }: TextValue, piece: string): TextValue {
  const clean = piece.replace(/\p{Cc}/gu, "");
  const joined = text.slice(0, cursor) + clean + text.slice(cursor);
  // An accent joins the character before it, and the cursor does not stay between the two.
  return { text: joined, cursor: boundary(joined, cursor + clean.length) };
}

function without(text: string, from: number, to: number): TextValue {
  const rest = text.slice(0, from) + text.slice(to);
  return { text: rest, cursor: boundary(rest, from) };
}

/** Offsets between the characters, the start and the end among them. */
function boundaries(text: string): number[] {
  return [...Array.from(segmenter.segment(text), ({ index }) => index), text.length];
}

const boundary = (text: string, at: number): number =>
  boundaries(text).find((offset) => offset >= at) ?? text.length;

const before = (text: string, at: number): number => boundaries(text).findLast((offset) => offset < at) ?? 0;

const after = (text: string, at: number): number =>
  boundaries(text).find((offset) => offset > at) ?? text.length;

/** As shells have it: back over blanks, then over what is none. */
const wordStart = (text: string, at: number): number => text.slice(0, at).replace(/\S*\s*$/, "").length;
