import type { PythonValue } from "./literals.ts";

/**
 * Python's `repr(value)`. One difference is possible: a character that was assigned after the Unicode version
 * of a given interpreter is printed here and escaped there.
 */
export function pythonRepr(value: PythonValue): string {
  return render(value, floatRepr);
}

/** A Python expression for the value: its repr, except that inf and nan, which are no literals, are called. */
export function pythonSource(value: PythonValue): string {
  return render(value, (x) => (Number.isFinite(x) ? floatRepr(x) : `float('${floatRepr(x)}')`));
}

function render(value: PythonValue, float: (x: number) => string): string {
  switch (value.type) {
    case "None":
      return "None";
    case "bool":
      return value.value ? "True" : "False";
    case "int":
      return String(value.value);
    case "float":
      return float(value.value);
    case "complex":
      return complexRepr(value.real, value.imaginary, float);
    case "str":
      return strRepr(value.value);
    case "bytes":
      return bytesRepr(value.value);
    case "list":
      return `[${all(value.items, float)}]`;
    case "tuple":
      return value.items.length === 1 ? `(${all(value.items, float)},)` : `(${all(value.items, float)})`;
    case "set":
      return value.items.length === 0 ? "set()" : `{${all(value.items, float)}}`;
    case "frozenset":
      return value.items.length === 0 ? "frozenset()" : `frozenset({${all(value.items, float)}})`;
    case "dict":
      return `{${value.entries.map(([k, v]) => `${render(k, float)}: ${render(v, float)}`).join(", ")}}`;
  }
}

function all(items: readonly PythonValue[], float: (x: number) => string): string {
  return items.map((item) => render(item, float)).join(", ");
}

/** Shortest digits that round-trip, as in JavaScript; exponents below -4 and from 16 on are written with e. */
function floatRepr(x: number): string {
  const text = shortest(x);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function shortest(x: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const [mantissa = "", exponentText = ""] = Math.abs(x).toExponential().split("e");
  const exponent = Number(exponentText);
  const digits = mantissa.replace(".", "");
  const sign = x < 0 ? "-" : "";
  if (exponent < -4 || exponent >= 16) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    const e = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${e}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return `${sign}${whole}${fraction ? `.${fraction}` : ""}`;
}

function complexRepr(real: number, imaginary: number, float: (x: number) => string): string {
  if (float !== floatRepr && !(Number.isFinite(real) && Number.isFinite(imaginary))) {
    return `complex(${float(real)}, ${float(imaginary)})`;
  }
  if (Object.is(real, 0)) return `${shortest(imaginary)}j`;
  const tail = shortest(imaginary);
  return `(${shortest(real)}${tail.startsWith("-") ? "" : "+"}${tail}j)`;
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/u;
const NAMED: Record<string, string> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\" };

function strRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (character === quote) out += `\\${quote}`;
    else if (NAMED[character]) out += NAMED[character];
    else if (character === " " || (code > 0x20 && code < 0x7f)) out += character;
    else if (!UNPRINTABLE.test(character)) out += character;
    else out += escapeCode(code);
  }
  return out + quote;
}

function escapeCode(code: number): string {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  if (code < 0x10000) return `\\u${hex.padStart(4, "0")}`;
  return `\\U${hex.padStart(8, "0")}`;
}

function bytesRepr(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  let out = `b${quote}`;
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === quote) out += `\\${quote}`;
    else if (NAMED[character]) out += NAMED[character];
    else if (byte >= 0x20 && byte < 0x7f) out += character;
    else out += escapeCode(byte);
  }
  return out + quote;
}
