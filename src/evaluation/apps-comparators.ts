import { type PythonValue, pythonEquals } from "../sandbox/literals.ts";

/**
 * Whether a program's output is what APPS's judge takes for right: it tries one comparison after the other, each more
 * generous: white space, numbers within tolerance, tokens line by line, and at last lines in any order.
 */
export function sameOutput(output: string, expected: string): boolean {
  if (output.trim() === expected.trim()) return true;
  const [out, want] = [meaningful(output), meaningful(expected)];
  if (equal(out, want) || closeNumbers(out, want)) return true;
  const [outTokens, wantTokens] = [out.map(tokens), want.map(tokens)];
  const sameShape = outTokens.length === wantTokens.length;
  if (sameShape && outTokens.every((line, i) => equal(line, wantTokens[i] as string[]))) return true;
  if (sameShape && outTokens.every((line, i) => closeNumbers(line, wantTokens[i] as string[]))) return true;
  if (equalSets(outTokens.map(asSet), wantTokens.map(asSet))) return true;
  const rounded = (line: string[]) => asSet(line.map((token) => String(Math.round(Number(token) * 1000))));
  const numeric = [...outTokens, ...wantTokens].flat().every((token) => Number.isFinite(Number(token)));
  return numeric && equalSets(outTokens.map(rounded), wantTokens.map(rounded));
}

/** Equal line by line, but for white space at the ends of lines and empty lines at the end. */
export function sameOutputStrictly(output: string, expected: string): boolean {
  const exact = (text: string) =>
    text
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n")
      .trimEnd();
  return exact(output) === exact(expected);
}

/** Whether a returned value is right: JSON has no tuples, and the expected value may stand in a list of its own. */
export function callAgrees(value: PythonValue, expected: PythonValue): boolean {
  if (valueAgrees(value, expected)) return true;
  return expected.type === "list" && expected.items[0] !== undefined && valueAgrees(value, expected.items[0]);
}

/** Python's equality, with tuples as the lists that JSON makes of them. */
export function valueAgrees(value: PythonValue, expected: PythonValue): boolean {
  return pythonEquals(asLists(value), asLists(expected));
}

function asLists(value: PythonValue): PythonValue {
  if (value.type === "tuple" || value.type === "list")
    return { type: "list", items: value.items.map(asLists) };
  return value;
}

const meaningful = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
const tokens = (line: string): string[] => line.split(/\s+/).filter(Boolean);
const asSet = (line: readonly string[]): string => [...new Set(line)].sort().join(" ");
const equal = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);

function equalSets(a: readonly string[], b: readonly string[]): boolean {
  return equal([...new Set(a)].sort(), [...new Set(b)].sort());
}

/** numpy's `allclose` with its own tolerances: 1e-8 and 1e-5 of the expected. */
function closeNumbers(out: readonly string[], expected: readonly string[]): boolean {
  if (out.length !== expected.length) return false;
  return out.every((item, i) => {
    const [x, y] = [decimal(item), decimal(expected[i] as string)];
    return x === y || Math.abs(x - y) <= 1e-8 + 1e-5 * Math.abs(y);
  });
}

const decimal = (text: string): number =>
  /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
