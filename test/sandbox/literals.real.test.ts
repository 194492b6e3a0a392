import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import {
  type PythonValue,
  parseLiteral,
  pythonEquals,
  pythonRepr,
  pythonSame,
} from "../../src/sandbox/literals.ts";

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

/** Rows that the real Python wrote; literal_pairs.py says what they hold. */
function rows<T>(...args: string[]): T[] {
  const { stdout, exitCode } = Bun.spawnSync(["python3", join(import.meta.dir, "literal_pairs.py"), ...args]);
  expect(exitCode).toBe(0);
  return stdout
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** What there must be in pairs that are equal and in pairs that are not. */
const BOTH = [
  ...["big int", "large int/float", "inf", "surrogate", "complex", "bytes", "keys in other types"],
  ...["bool/int", "bool/float", "complex/float", "complex/int", "float/int", "frozenset/set"],
];

const PAIRS = Number(process.env.AZR_LITERAL_PAIRS ?? 20_000);

test("repr and == agree with Python's on random pairs", () => {
  let equal = 0;
  const seen = new Map<string, number>();
  const pairs = rows<[string, string, boolean, string | null, string[]]>("1", String(PAIRS));
  for (const [a, b, expected, again, features] of pairs) {
    for (const feature of features) {
      const name = `${feature} ${expected ? "equal" : "unequal"}`;
      seen.set(name, (seen.get(name) ?? 0) + 1);
    }
    const left = parseLiteral(a);
    const right = parseLiteral(b);
    if (!left || !right) throw new Error(`not parsed: ${left ? b : a}`);
    const repr = pythonRepr(left);
    if (again !== null && repr !== again) throw new Error(`repr: wanted ${again}, got ${repr}`);
    if (!pythonSame(left, parseLiteral(repr) as PythonValue)) throw new Error(`does not come back: ${repr}`);
    if (pythonEquals(left, right) !== expected) throw new Error(`${a} == ${b} is ${expected} in Python`);
    if (expected) equal++;
  }
  expect(equal).toBeGreaterThan(PAIRS / 5);
  expect(equal).toBeLessThan((PAIRS * 4) / 5);
  expect(
    [...BOTH.flatMap((name) => [`${name} equal`, `${name} unequal`]), "nan unequal", "-0.0 equal"].filter(
      rare,
    ),
  ).toEqual([]);
  expect(seen.get("nan equal")).toBeUndefined();
  function rare(name: string): boolean {
    return (seen.get(name) ?? 0) < PAIRS / 5000;
  }
});

test("the parser takes and refuses what ast.literal_eval does", () => {
  let refused = 0;
  for (const [text, expected] of rows<[string, string | null]>("2", String(PAIRS), "texts")) {
    const value = parseLiteral(text);
    const got = value === undefined ? null : pythonRepr(value);
    const same =
      value && expected?.includes("{")
        ? pythonEquals(value, parseLiteral(expected) as PythonValue)
        : got === expected;
    if (!same) throw new Error(`${JSON.stringify(text)}: Python ${expected}, here ${got}`);
    if (expected === null) refused++;
  }
  expect(refused).toBeGreaterThan(PAIRS / 10);
});
