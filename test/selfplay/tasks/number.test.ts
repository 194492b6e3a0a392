import { expect, test } from "bun:test";
import { parseNumber, sameNumber } from "../../../src/selfplay/tasks/number.ts";

test.each([
  ["12", 12n, 1n],
  ["+12", 12n, 1n],
  ["-1,234.50", -123450n, 100n],
  ["\u22127", -7n, 1n],
  [".5", 5n, 10n],
  ["5.", 5n, 1n],
  ["3/4", 3n, 4n],
  ["-3 / 4", -3n, 4n],
  ["1 1/2", 3n, 2n],
  ["6.02e3", 602000n, 100n],
  ["2e-2", 2n, 100n],
  ["$5", 5n, 1n],
  ["$1,000,000", 1000000n, 1n],
  ["40%", 40n, 1n],
  ["40 %.", 40n, 1n],
  ["\\frac{3}{4}", 3n, 4n],
  ["$\\boxed{7}$", 7n, 1n],
  ["x = 7", 7n, 1n],
  ["**42**", 42n, 1n],
  ["12 apples", 12n, 1n],
  ["60 km/h", 60n, 1n],
  ["1.5 square metres.", 15n, 10n],
])("%s is a number", (text, numerator, denominator) => {
  const value = parseNumber(text);
  expect(value && value.numerator * denominator === numerator * value.denominator).toBe(true);
});

test.each([
  "",
  "seven",
  "2 + 3",
  "2*3",
  "1/0",
  "12 and 13",
  "1,23",
  "12,34,567",
  "0x10",
  "1e999",
  "__import__('os')",
  "the answer is 5",
  "1 2",
  "9".repeat(500),
  "5 a b c d e",
])("%j is none", (text) => {
  expect(parseNumber(text)).toBeUndefined();
});

test.each([
  ["1/2", "0.5", true],
  ["1,000", "1000.0", true],
  ["0.33333", "1/3", true],
  ["0.333", "1/3", false],
  ["3.14159", "3.1415926", true],
  ["100000", "100001", false],
  ["0.99999", "1", false],
  ["-2", "2", false],
  ["0", "0.00001", false],
  // Between big numbers nothing is lost.
  ["12345678901234567890", "12345678901234567891", false],
])("%s against %s: %s", (answer, expected, same) => {
  const [a, b] = [parseNumber(answer), parseNumber(expected)];
  if (!a || !b) throw new Error("not a number");
  expect(sameNumber(a, b)).toBe(same);
});
