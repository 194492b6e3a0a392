import { expect, test } from "bun:test";
import { mcnemarExact } from "../../src/evaluation/mcnemar.ts";

test("McNemar's exact p-value by hand", () => {
  expect(mcnemarExact(0, 0)).toBe(1);
  expect(mcnemarExact(1, 0)).toBe(1);
  expect(mcnemarExact(2, 0)).toBeCloseTo(1 / 2, 14);
  expect(mcnemarExact(5, 0)).toBeCloseTo(2 / 32, 14);
  // 2 (1 + 12 + 66) / 2^12
  expect(mcnemarExact(10, 2)).toBeCloseTo(158 / 4096, 14);
  expect(mcnemarExact(2, 10)).toBe(mcnemarExact(10, 2));
  // The two tails overlap: at most 1.
  expect(mcnemarExact(3, 3)).toBe(1);
});

test("large counts keep their digits", () => {
  // Both by whole numbers of any size.
  expect(mcnemarExact(40, 60)).toBeCloseTo(0.05688793364098079, 12);
  expect(mcnemarExact(1000, 1200) / 2.1817026407914712e-5).toBeCloseTo(1, 9);
});
