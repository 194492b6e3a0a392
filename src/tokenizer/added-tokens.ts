import type { AddedTokenEntry } from "./tokenizer-file.ts";

/** A stretch of a text: a token of its own, or text in between. */
export type Section = { id: number } | { text: string; start: number };

/** Places in a text, in UTF-16 units, ascending: 1 is after the first unit. */
export type Places = readonly number[];

const WHITE_SPACE = /\p{White_Space}/u;
const WORD = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

/**
 * Finds added tokens in a text as the Python library does: the leftmost match, of those the longest, with the
 * white space that a token takes along and none inside a word where it asks for that.
 */
export class AddedTokens {
  readonly #pattern: RegExp | undefined;
  readonly #tokens: ReadonlyMap<string, AddedTokenEntry>;

  /** `contents` are the tokens by the text that is looked for: normalised where a token wants it. */
  constructor(contents: Iterable<readonly [string, AddedTokenEntry]>) {
    this.#tokens = new Map([...contents].filter(([content]) => content.length > 0));
    const texts = [...this.#tokens.keys()].sort((a, b) => b.length - a.length);
    // The look-ahead keeps the search fast where there are hundreds of tokens that all begin alike.
    const first = [...new Set(texts.map((text) => text[0] as string))]
      .map((unit) => RegExp.escape(unit))
      .join("");
    this.#pattern =
      texts.length > 0
        ? new RegExp(`(?=[${first}])(?:${texts.map(RegExp.escape).join("|")})`, "g")
        : undefined;
  }

  /**
   * `text` cut at added tokens. Special ones are left as text unless `special` is true, and those that one of
   * the `quoted` places lies in.
   */
  split(text: string, special: boolean, quoted: Places = []): Section[] {
    const sections: Section[] = [];
    let done = 0;
    if (this.#pattern) {
      for (const match of text.matchAll(this.#pattern)) {
        const token = this.#tokens.get(match[0]) as AddedTokenEntry;
        let start = match.index;
        let end = start + match[0].length;
        if (token.special && (!special || holdsPlace(quoted, start, end))) continue;
        if (token.single_word && (WORD.test(before(text, start)) || WORD.test(after(text, end)))) continue;
        if (token.lstrip) while (start > done && WHITE_SPACE.test(text[start - 1] as string)) start--;
        if (token.rstrip) while (end < text.length && WHITE_SPACE.test(text[end] as string)) end++;
        if (start < done) continue;
        if (start > done) sections.push({ text: text.slice(done, start), start: done });
        sections.push({ id: token.id });
        done = end;
      }
    }
    if (done < text.length) sections.push({ text: text.slice(done), start: done });
    return sections;
  }
}

/** Whether one of the places lies in a stretch of the text, or at its end. */
export function holdsPlace(places: Places, start: number, end: number): boolean {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) > start) high = middle;
    else low = middle + 1;
  }
  const found = places[low];
  return found !== undefined && found <= end;
}

/** The character that ends at `index`, or nothing. */
function before(text: string, index: number): string {
  const low = text.charCodeAt(index - 1);
  return text.slice(low >= 0xdc00 && low <= 0xdfff ? index - 2 : index - 1, index);
}

function after(text: string, index: number): string {
  const code = text.codePointAt(index);
  return code === undefined ? "" : String.fromCodePoint(code);
}
