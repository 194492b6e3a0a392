import { firstEqual, isHashable } from "./literal-equality.ts";
import { MAX_DEPTH, type PythonValue } from "./literals.ts";

/** Longest text, most values, and most digits of one integer that are parsed. */
export const MAX_CHARACTERS = 1 << 20;
const MAX_VALUES = 200_000;
const MAX_DIGITS = 20_000;

/**
 * Parses one Python literal as `ast.literal_eval` would, or undefined for anything else. Beyond
 * `ast.literal_eval` it takes what `repr` writes and people answer: `inf`, `nan`, `float('inf')`,
 * `frozenset({1})`. Left out: `\N{...}` escapes, `...`, and a surrogate pair written as two escapes (a
 * Python string may hold it; UTF-16 cannot tell it from the character). Nothing is evaluated.
 */
export function parseLiteral(text: string): PythonValue | undefined {
  return attempt(text, (parser) => parser.wholeText());
}

/** Parses the arguments of a call, `1, 'a'`: positional literals, possibly none. Undefined for anything else. */
export function parseArguments(text: string): PythonValue[] | undefined {
  return attempt(text, (parser) => parser.argumentList());
}

/** Arguments of a call: values by place, then values by name. */
export interface CallArguments {
  positional: PythonValue[];
  named: [name: string, value: PythonValue][];
}

/**
 * Parses the arguments of a call, `1, key='a'`: literals, the named ones last and each name once, as Python wants
 * it. Undefined for anything else. Names are ASCII; whether one is a keyword of Python is not looked at.
 */
export function parseCallArguments(text: string): CallArguments | undefined {
  return attempt(text, (parser) => parser.callArguments());
}

class NotALiteral extends Error {}

function attempt<T>(text: string, parse: (parser: Parser) => T): T | undefined {
  if (text.length > MAX_CHARACTERS || text.includes("\0")) return undefined;
  try {
    return parse(new Parser(text.replace(/\r\n?/g, "\n").trim()));
  } catch (error) {
    if (error instanceof NotALiteral) return undefined;
    throw error;
  }
}

const NUMBER =
  /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?[jJ]?/y;
const STRING_START = /([rRuUbB]|[rR][bB]|[bB][rR])?('''|"""|'|")/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const ARGUMENT_NAME = /([A-Za-z_][A-Za-z0-9_]*)[ \t\f\n]*=(?!=)/y;
const COMMENT_LINES = /(?:[ \t\f]*(?:#[^\n]*)?\n)*(?![ \t\f])/y;
const SPACE = /(?:[ \t\f]|\\\n)*/y;
const SPACE_IN_BRACKETS = /(?:[ \t\f\n]|\\\n|#[^\n]*)*/y;

/** Recursive descent over one text. Every method leaves `at` behind what it read, or throws NotALiteral. */
class Parser {
  private at = 0;
  private depth = 0;
  private values = 0;
  /** Whether the atom read last is a number without a sign: what may stand behind one. */
  private unsigned = false;

  constructor(private readonly text: string) {}

  wholeText(): PythonValue {
    this.match(COMMENT_LINES);
    const first = this.expression();
    this.space();
    let value = first;
    if (this.peek() === ",") value = { type: "tuple", items: this.restOfList([first]) };
    this.end();
    return value;
  }

  argumentList(): PythonValue[] {
    // Arguments stand between the parentheses of a call, where a line may break anywhere.
    this.depth = 1;
    this.space();
    const items = this.at === this.text.length ? [] : this.restOfList([this.expression()]);
    this.end();
    return items;
  }

  callArguments(): CallArguments {
    const call: CallArguments = { positional: [], named: [] };
    this.depth = 1;
    for (this.space(); this.at < this.text.length; this.space()) {
      const name = this.match(ARGUMENT_NAME)?.[1];
      const value = this.expression();
      if (name === undefined) {
        if (call.named.length > 0) throw new NotALiteral();
        call.positional.push(value);
      } else {
        if (call.named.some(([other]) => other === name)) throw new NotALiteral();
        call.named.push([name, value]);
      }
      this.space();
      if (!this.take(",")) break;
    }
    this.end();
    return call;
  }

  /** `, b, c` and an optional last comma, after the first item. */
  private restOfList(items: PythonValue[]): PythonValue[] {
    for (this.space(); this.take(","); this.space()) {
      this.space();
      if (this.at === this.text.length || ")]}#\n".includes(this.peek())) break;
      items.push(this.expression());
    }
    return items;
  }

  private end(): void {
    this.depth = 1;
    this.space();
    if (this.at !== this.text.length) throw new NotALiteral();
  }

  /** A value, with signs on numbers and the `real + imaginary` form of complex numbers. */
  private expression(): PythonValue {
    this.space();
    if (++this.values > MAX_VALUES) throw new NotALiteral();
    const value = this.signed();
    this.space();
    if ((this.peek() === "+" || this.peek() === "-") && (value.type === "int" || value.type === "float")) {
      const sign = this.text[this.at++] === "-" ? -1 : 1;
      this.space();
      const imaginary = this.atom();
      if (imaginary.type !== "complex" || !this.unsigned) throw new NotALiteral();
      this.unsigned = false;
      const real = Number(value.value);
      if (value.type === "int" && !Number.isFinite(real)) throw new NotALiteral();
      return { type: "complex", real: real + 0, imaginary: 0 + sign * imaginary.imaginary };
    }
    return value;
  }

  private signed(): PythonValue {
    const sign = this.peek();
    if (sign !== "+" && sign !== "-") return this.atom();
    this.at++;
    this.space();
    const value = this.atom();
    if (!this.unsigned) throw new NotALiteral();
    this.unsigned = false;
    const flip = sign === "-";
    if (value.type === "int") return flip ? { type: "int", value: -value.value } : value;
    if (value.type === "float") return flip ? { type: "float", value: -value.value } : value;
    if (value.type !== "complex") throw new NotALiteral();
    return flip ? { type: "complex", real: -value.real, imaginary: -value.imaginary } : value;
  }

  private atom(): PythonValue {
    const start = this.peek();
    if (start === "(" || start === "[" || start === "{") return this.container(start);
    if (this.matches(STRING_START)) return this.strings();
    const number = this.match(NUMBER);
    if (number) return this.number(number[0]);
    const name = this.match(NAME);
    if (name) return this.name(name[0]);
    throw new NotALiteral();
  }

  private number(text: string): PythonValue {
    if (/[A-Za-z0-9_]/.test(this.peek())) throw new NotALiteral();
    this.unsigned = true;
    const digits = text.replaceAll("_", "");
    if (digits.length > MAX_DIGITS) throw new NotALiteral();
    if (/^0[xXoObB]/.test(digits)) return { type: "int", value: BigInt(digits.toLowerCase()) };
    if (/[jJ]$/.test(digits)) return { type: "complex", real: 0, imaginary: Number(digits.slice(0, -1)) };
    if (/[.eE]/.test(digits)) return { type: "float", value: Number(digits) };
    if (/^0+[1-9]/.test(digits)) throw new NotALiteral();
    return { type: "int", value: BigInt(digits) };
  }

  private name(name: string): PythonValue {
    if (name === "None") return { type: "None" };
    if (name === "True" || name === "False") return { type: "bool", value: name === "True" };
    const special = { inf: Infinity, nan: NaN, infj: Infinity, nanj: NaN }[name];
    if (special !== undefined) {
      this.unsigned = true;
      return name.endsWith("j")
        ? { type: "complex", real: 0, imaginary: special }
        : { type: "float", value: special };
    }
    if (name === "float" || name === "set" || name === "frozenset") return this.call(name);
    throw new NotALiteral();
  }

  private call(name: "float" | "set" | "frozenset"): PythonValue {
    this.space();
    const items = this.brackets("(", ")", () => (this.peek() === ")" ? [] : [this.expression()]));
    const argument = items[0];
    if (name === "float") {
      const text = argument?.type === "str" ? argument.value.trim().toLowerCase() : "";
      const form = /^([+-]?)(?:(inf(?:inity)?)|nan)$/.exec(text);
      if (!form) throw new NotALiteral();
      this.unsigned = true;
      return { type: "float", value: form[2] ? (form[1] === "-" ? -Infinity : Infinity) : NaN };
    }
    if (argument === undefined) return { type: name, items: [] };
    if (argument.type === "dict" && argument.entries.length === 0) return { type: name, items: [] };
    if (argument.type !== "set" && argument.type !== "list" && argument.type !== "tuple") {
      throw new NotALiteral();
    }
    return { type: name, items: distinct(argument.items) };
  }

  private container(open: "(" | "[" | "{"): PythonValue {
    if (open === "[") {
      return { type: "list", items: this.brackets("[", "]", () => this.items("]")) };
    }
    if (open === "{") return this.brackets("{", "}", () => this.braces());
    return this.brackets("(", ")", (): PythonValue => {
      if (this.peek() === ")") return { type: "tuple", items: [] };
      const first = this.expression();
      this.space();
      return this.peek() === "," ? { type: "tuple", items: this.restOfList([first]) } : first;
    });
  }

  private items(close: string): PythonValue[] {
    return this.peek() === close ? [] : this.restOfList([this.expression()]);
  }

  private braces(): PythonValue {
    if (this.peek() === "}") return { type: "dict", entries: [] };
    const first = this.expression();
    this.space();
    if (this.peek() !== ":") return { type: "set", items: distinct(this.restOfList([first])) };
    const keys: PythonValue[] = [];
    const values: PythonValue[] = [];
    let key = first;
    for (;;) {
      this.space();
      if (!this.take(":") || !isHashable(key)) throw new NotALiteral();
      keys.push(key);
      values.push(this.expression());
      this.space();
      if (!this.take(",")) break;
      this.space();
      if (this.peek() === "}") break;
      key = this.expression();
    }
    // As in Python, a repeated key keeps its first spelling and place and takes the last value.
    const firsts = firstEqual(keys);
    firsts.forEach((at, i) => {
      values[at] = values[i] as PythonValue;
    });
    const entries = keys.flatMap((each, i): [PythonValue, PythonValue][] =>
      firsts[i] === i ? [[each, values[i] as PythonValue]] : [],
    );
    return { type: "dict", entries };
  }

  private brackets<T>(open: string, close: string, read: () => T): T {
    if (!this.take(open) || ++this.depth > MAX_DEPTH) throw new NotALiteral();
    this.space();
    const result = read();
    this.space();
    if (!this.take(close)) throw new NotALiteral();
    this.depth--;
    return result;
  }

  /** One or more adjacent strings, all text or all bytes. */
  private strings(): PythonValue {
    const parts: string[] = [];
    let bytes: boolean | undefined;
    for (let start = this.match(STRING_START); start; start = this.match(STRING_START)) {
      const prefix = (start[1] ?? "").toLowerCase();
      const isBytes = prefix.includes("b");
      if (bytes !== undefined && bytes !== isBytes) throw new NotALiteral();
      bytes = isBytes;
      parts.push(this.stringBody(start[2] as string, prefix.includes("r"), isBytes));
      this.space();
    }
    const text = parts.join("");
    if (bytes) return { type: "bytes", value: Uint8Array.from(text, (c) => c.charCodeAt(0)) };
    return { type: "str", value: text };
  }

  private stringBody(quote: string, raw: boolean, bytes: boolean): string {
    let out = "";
    let escapedSurrogate = false;
    while (!this.text.startsWith(quote, this.at)) {
      const character = this.text[this.at++];
      if (character === undefined || (character === "\n" && quote.length === 1)) throw new NotALiteral();
      if (bytes && character > "\x7f") throw new NotALiteral();
      if (character !== "\\") {
        out += character;
        escapedSurrogate = false;
        continue;
      }
      if (raw) {
        const next = this.text[this.at++];
        if (next === undefined || (bytes && next > "\x7f")) throw new NotALiteral();
        out += character + next;
        continue;
      }
      const piece = this.escape(bytes);
      if (escapedSurrogate && /^[\udc00-\udfff]/.test(piece)) throw new NotALiteral();
      escapedSurrogate = /^[\ud800-\udbff]$/.test(piece);
      out += piece;
    }
    this.at += quote.length;
    return out;
  }

  /** What a backslash that was just read stands for. */
  private escape(bytes: boolean): string {
    const letter = this.text[this.at++];
    if (letter === undefined || (bytes && letter > "\x7f")) throw new NotALiteral();
    const simple = SIMPLE_ESCAPES[letter];
    if (simple !== undefined) return simple;
    if (/[0-7]/.test(letter)) {
      const octal = /^[0-7]{1,3}/.exec(this.text.slice(this.at - 1, this.at + 2))?.[0] as string;
      this.at += octal.length - 1;
      const code = Number.parseInt(octal, 8);
      return String.fromCharCode(bytes ? code & 0xff : code);
    }
    const width = letter === "x" ? 2 : bytes ? 0 : letter === "u" ? 4 : letter === "U" ? 8 : 0;
    if (width > 0) {
      const hex = this.text.slice(this.at, this.at + width);
      const code = /^[0-9a-fA-F]+$/.test(hex) && hex.length === width ? Number.parseInt(hex, 16) : Infinity;
      if (code > 0x10ffff) throw new NotALiteral();
      this.at += width;
      return String.fromCodePoint(code);
    }
    if (letter === "N" && !bytes) throw new NotALiteral();
    return `\\${letter}`;
  }

  private space(): void {
    this.match(this.depth > 0 ? SPACE_IN_BRACKETS : SPACE);
  }

  private peek(): string {
    return this.text[this.at] ?? "";
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private matches(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at += found[0].length;
    return found ?? undefined;
  }
}

const SIMPLE_ESCAPES: Record<string, string> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The items of a set: equal ones once, the first kept. Unhashable ones are no Python. */
function distinct(items: readonly PythonValue[]): PythonValue[] {
  if (!items.every(isHashable)) throw new NotALiteral();
  const firsts = firstEqual(items);
  return items.filter((_, i) => firsts[i] === i);
}
