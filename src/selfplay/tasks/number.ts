/** A number as people write it, exactly: numerator over a positive denominator. */
export interface ExactNumber {
  numerator: bigint;
  denominator: bigint;
}

const MAX_CHARACTERS = 200;
const MAX_EXPONENT = 300;
/** Relative difference, 1 / TOLERANCE, within which two numbers that are not whole are the same. */
const TOLERANCE = 10_000n;

/**
 * Reads `12`, `-1,234.50`, `3/4`, `1 1/2`, `6.02e23`, `$5`, `40%`, `\frac{3}{4}`, `\boxed{7}`, `x = 7`, `7 apples`:
 * one number, with a name before it or a unit after it, which do not count (40% is 40). Undefined for anything
 * else; nothing is calculated, so `2 + 3` is no number.
 */
export function parseNumber(text: string): ExactNumber | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  const plain = undress(text);
  const match = NUMBER.exec(plain);
  if (!match) return undefined;
  const { sign, whole = "", top = "", bottom = "", rest = "" } = match.groups ?? {};
  if (!UNIT.test(rest)) return undefined;
  const negative = sign === "-" || sign === "\u2212";
  const first = decimal(whole || top);
  const over = bottom ? decimal(bottom) : ONE;
  if (!first || !over || over.numerator === 0n) return undefined;
  const value = whole && top ? add(first, divide(decimal(top) ?? ONE, over)) : divide(first, over);
  return { ...value, numerator: negative ? -value.numerator : value.numerator };
}

/** Equal, or, where neither is whole, so that one may be rounded, equal to within 1e-4 of the expected. */
export function sameNumber(a: ExactNumber, b: ExactNumber): boolean {
  const left = a.numerator * b.denominator;
  const right = b.numerator * a.denominator;
  if (left === right) return true;
  if (isWhole(a) || isWhole(b)) return false;
  return magnitude(left - right) * TOLERANCE <= magnitude(right);
}

const ONE: ExactNumber = { numerator: 1n, denominator: 1n };
/** With thousands in commas or without, `.5` and `5.` too. */
const DECIMAL = String.raw`(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|\.\d+(?:[eE][+-]?\d{1,3})?`;
const NUMBER = new RegExp(
  String.raw`^(?<sign>[-+\u2212])?\s*[$€£]?\s*(?:(?<whole>\d+)\s+(?=\d+\s*/))?(?<top>${DECIMAL})(?:\s*/\s*(?<bottom>${DECIMAL}))?(?<rest>.*)$`,
  "s",
);
/** Up to four words, or signs such as % and °; no digits, so that no second number hides there. */
const UNIT = /^[.!]?\s*$|^\s*[%°$€£]?\s*(?:\p{L}[\p{L}'/^²³-]*[ \t]*){0,4}[.!]?\s*$/u;

/** Without what is written around a number: TeX, marks, a name with an equals sign. */
function undress(text: string): string {
  return text
    .trim()
    .replace(/^\\\(|\\\)$|^\\\[|\\\]$|^\$(?=.*\$$)|(?<=^\$.*)\$$/gs, "")
    .replace(/\\boxed\s*\{(.*)\}/s, "$1")
    .replace(/\\d?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/, "$1/$2")
    .replace(/\\[,!; ]|\\text\s*\{[^{}]*\}|^[*`_]+|[*`_]+$/g, "")
    .replace(/\\([%$])/g, "$1")
    .replace(/^\s*[A-Za-z]\w{0,20}\s*=/, "")
    .trim();
}

/** Undefined where the exponent is beyond what is wanted of anybody. */
function decimal(text: string): ExactNumber | undefined {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().replaceAll(",", "").split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const power = Number(exponent);
  if (Math.abs(power) > MAX_EXPONENT) return undefined;
  const shift = power - fraction.length;
  const digits = BigInt(`${whole}${fraction}`);
  return shift >= 0
    ? { numerator: digits * 10n ** BigInt(shift), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-shift) };
}

function divide(a: ExactNumber, b: ExactNumber): ExactNumber {
  return { numerator: a.numerator * b.denominator, denominator: a.denominator * b.numerator };
}

function add(a: ExactNumber, b: ExactNumber): ExactNumber {
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

function isWhole({ numerator, denominator }: ExactNumber): boolean {
  return numerator % denominator === 0n;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
