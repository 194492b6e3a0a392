import type { Background } from "./colours.ts";

/** Asks for the colour of the background (xterm's OSC 11), then who the terminal is (DA1), which every one answers. */
const QUESTION = "\x1b]11;?\x07\x1b[c";

/** The terminal's input, as far as answers are taken from it. */
export interface AnswerStream {
  read(size?: number): unknown;
  on(event: "readable", listener: () => void): unknown;
  off(event: "readable", listener: () => void): unknown;
  unshift(chunk: string): void;
}

/**
 * One question to a terminal about its background. Answers are taken out of what is read, at any time, so that they
 * are never keys: over a slow line they come late, and a terminal may give none.
 */
export class BackgroundQuestion {
  /** Null until the terminal has told it. */
  background: Background | null = null;
  /** Whether all that is to come has come: terminals answer in order. */
  settled = false;
  #rest = "";
  #listeners: ((background: Background) => void)[] = [];

  constructor(
    private readonly stream: AnswerStream,
    write: (text: string) => void,
  ) {
    const read = stream.read;
    stream.read = (size) => {
      const chunk = read.call(stream, size);
      return typeof chunk === "string" || chunk instanceof Uint8Array ? this.#take(String(chunk)) : chunk;
    };
    write(QUESTION);
  }

  /** Calls once the background is known, or never. */
  onAnswer(listener: (background: Background) => void): void {
    if (this.background !== null) listener(this.background);
    else this.#listeners.push(listener);
  }

  /** Reads for at most so many milliseconds, or until the answers are there; what else was read is put back. */
  async wait(limit: number): Promise<void> {
    if (this.settled) return;
    let typed = "";
    const { promise, resolve } = Promise.withResolvers<void>();
    const onReadable = () => {
      for (let chunk = this.stream.read(); chunk !== null; chunk = this.stream.read()) typed += chunk;
      if (this.settled) resolve();
    };
    this.stream.on("readable", onReadable);
    const timer = setTimeout(resolve, limit);
    await promise;
    clearTimeout(timer);
    this.stream.off("readable", onReadable);
    if (typed !== "") this.stream.unshift(typed);
  }

  /** An answer's beginning at the end of a text, which waits for its other part. */
  #unfinished(text: string): string {
    // Alt-] begins as an answer does: nothing is held back once there are no more to come.
    if (this.settled) return "";
    // After the one answer, the escape of the other is no key.
    const begun = this.background === null ? ANSWER_BEGUN : SECOND_BEGUN;
    return begun.exec(text)?.[0] ?? "";
  }

  #take(chunk: string): string {
    const text = (this.#rest + chunk).replace(
      COLOUR_ANSWER,
      (_, red: string, green: string, blue: string) => {
        const background = brightness(red, green, blue) > 0.5 ? "light" : "dark";
        this.background = background;
        for (const listener of this.#listeners.splice(0)) listener(background);
        return "";
      },
    );
    const known = text.replace(IDENTITY_ANSWER, () => {
      this.settled = true;
      return "";
    });
    this.#rest = this.#unfinished(known);
    return known.slice(0, known.length - this.#rest.length);
  }
}

const ESC = "\u001b";
const BEL = "\u0007";
const COLOUR_ANSWER = new RegExp(
  `${ESC}\\]11;rgba?:([\\da-f]{1,4})/([\\da-f]{1,4})/([\\da-f]{1,4})[^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)`,
  "gi",
);
const IDENTITY_ANSWER = new RegExp(`${ESC}\\[\\?[\\d;]*c`, "g");
const ANSWER_BEGUN = new RegExp(
  `${ESC}(?:\\](?:1(?:1(?:;[^${BEL}${ESC}]{0,40}${ESC}?)?)?)?|\\[\\?[\\d;]{0,20})$`,
);

const SECOND_BEGUN = new RegExp(`${ESC}(?:\\[(?:\\?[\\d;]{0,20})?)?$`);

/** From 0 to 1, as the eye weighs the colours (ITU-R BT.709). Each is a hexadecimal share of its digits' greatest. */
function brightness(red: string, green: string, blue: string): number {
  const share = (digits: string) => Number.parseInt(digits, 16) / (16 ** digits.length - 1);
  return 0.2126 * share(red) + 0.7152 * share(green) + 0.0722 * share(blue);
}

/** Whether asking may print something: the Linux console took the question for text for many years. */
export const mayAsk = (term: string | undefined): boolean =>
  !/^(linux|dumb|vt52|cons25)$/.test(term ?? "dumb");
