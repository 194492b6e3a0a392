import { expect, test } from "bun:test";
import { passAtK, type Score, scorePassAtK } from "../../src/evaluation/pass-at-k.ts";

/** 1 - C(n-c, k) / C(n, k) with exact integers. */
function exact(n: number, c: number, k: number): number {
  const choose = (a: number, b: number): bigint => {
    let result = 1n;
    for (let i = 0; i < b; i++) result = (result * BigInt(a - i)) / BigInt(i + 1);
    return a < b ? 0n : result;
  };
  const missed = (choose(n - c, k) * 10n ** 18n) / choose(n, k);
  return 1 - Number(missed) / 1e18;
}

test("equals the exact estimator for every n, c, k up to 12 and for large n", () => {
  for (let n = 1; n <= 12; n++)
    for (let c = 0; c <= n; c++)
      for (let k = 1; k <= n; k++)
        expect(passAtK({ samples: n, passed: c }, k)).toBeCloseTo(exact(n, c, k), 12);
  expect(passAtK({ samples: 1000, passed: 3 }, 100)).toBeCloseTo(exact(1000, 3, 100), 12);
});

test("k beyond n is an error that says so", () => {
  expect(() => passAtK({ samples: 5, passed: 1 }, 10)).toThrow("pass@10 needs at least 10 samples");
});

test("the interval holds the mean, is reproducible, and is of Wilson where all problems are equal", () => {
  const counts = Array.from({ length: 100 }, (_, i) => ({ samples: 1, passed: i < 30 ? 1 : 0 }));
  const score = scorePassAtK(counts, 1);
  expect(score.value).toBeCloseTo(0.3, 12);
  // The normal approximation gives 0.21 to 0.39.
  expect(score.low).toBeGreaterThan(0.18);
  expect(score.low).toBeLessThan(0.25);
  expect(score.high).toBeGreaterThan(0.35);
  expect(score.high).toBeLessThan(0.42);
  expect(scorePassAtK(counts, 1)).toEqual(score);
  // Wilson: z^2 = 3.8415; n / (n + z^2) of n right answers, and 1 less that of none.
  const rounded = ({ value, low, high }: Score) => [value, low, high].map((x) => x.toFixed(3));
  expect(rounded(scorePassAtK(counts.slice(0, 30), 1))).toEqual(["1.000", "0.886", "1.000"]);
  expect(rounded(scorePassAtK(counts.slice(30, 32), 1))).toEqual(["0.000", "0.000", "0.658"]);
  const halves = counts.slice(0, 8).map(() => ({ samples: 2, passed: 1 }));
  expect(rounded(scorePassAtK(halves, 1))).toEqual(["0.500", "0.215", "0.785"]);
});
