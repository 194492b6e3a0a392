import type { Tokenizer } from "../interfaces/tokenizer.ts";

/** A character of which not all bytes have come yet. */
const INCOMPLETE = "�";

/**
 * The text of a response while its tokens come, and whether a stop string has appeared in it. Only the last
 * few tokens are decoded each time: decoding all of them would cost the square of the length.
 */
export class ResponseText {
  readonly #tokens: number[] = [];
  /** Tokens before it are no longer decoded. */
  #anchor = 0;
  /** Tokens before it are in the text. */
  #read = 0;
  #text = "";
  #stopped = false;

  constructor(
    readonly tokenizer: Tokenizer,
    readonly stop: readonly string[],
  ) {}

  /** What has come so far: whole characters, up to a stop string. */
  get text(): string {
    return this.#text;
  }

  /** As `text`, without an end that may become a stop string: what is shown of it is never taken back. */
  get settled(): string {
    if (this.#stopped) return this.#text;
    const open = this.stop.map((stop) => {
      let length = Math.min(stop.length - 1, this.#text.length);
      while (length > 0 && !stop.startsWith(this.#text.slice(this.#text.length - length))) length -= 1;
      return length;
    });
    return this.#text.slice(0, this.#text.length - Math.max(0, ...open));
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  push(token: number): void {
    this.#tokens.push(token);
    this.#take(false);
  }

  /** The whole text; bytes that never became a character are shown as the replacement character. */
  finish(): string {
    this.#take(true);
    return this.#text;
  }

  #take(last: boolean): void {
    if (this.#stopped) return;
    const before = this.#decode(this.#tokens.slice(this.#anchor, this.#read));
    const after = this.#decode(this.#tokens.slice(this.#anchor));
    if (after.length <= before.length || (!last && after.endsWith(INCOMPLETE))) return;
    const from = this.#text.length;
    this.#text += after.slice(before.length);
    this.#anchor = this.#read;
    this.#read = this.#tokens.length;
    this.#cutAtStop(from);
  }

  /** A response goes on with its prompt, so a space at its start is its own. */
  #decode(tokens: readonly number[]): string {
    return this.tokenizer.decode(tokens, { continues: true });
  }

  /** Looks for a stop string that ends in what is new. */
  #cutAtStop(from: number): void {
    const found = this.stop
      .map((stop) => this.#text.indexOf(stop, Math.max(0, from - stop.length + 1)))
      .filter((at) => at >= 0);
    if (found.length === 0) return;
    this.#text = this.#text.slice(0, Math.min(...found));
    this.#stopped = true;
  }
}
