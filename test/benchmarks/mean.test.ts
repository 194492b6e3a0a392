import { expect, test } from "bun:test";
import { differenceOfFew, meanDifference } from "../../benchmarks/parts/mean.ts";

const close = (score: ReturnType<typeof differenceOfFew>, [value, low, high]: [number, number, number]) => {
  expect(score?.value).toBeCloseTo(value, 3);
  expect(score?.low).toBeCloseTo(low, 3);
  expect(score?.high).toBeCloseTo(high, 3);
};

test("beside one known figure it is Student's interval", () => {
  // Standard error 1 / sqrt(3), two degrees of freedom.
  close(differenceOfFew([1, 2, 3], [0]), [2, 2 - 4.303 / Math.sqrt(3), 2 + 4.303 / Math.sqrt(3)]);
  close(differenceOfFew([5], [1, 2, 3]), [3, 3 - 4.303 / Math.sqrt(3), 3 + 4.303 / Math.sqrt(3)]);
});

test("beside several it is Welch's, its degrees of freedom rounded down", () => {
  // Variances of the means 1/3 and 4/3: 25/9 : (1/18 + 16/18) = 2.94 degrees.
  const half = 4.303 * Math.sqrt(5 / 3);
  close(differenceOfFew([1, 2, 3], [2, 4, 6]), [-2, -2 - half, -2 + half]);
});

test("of single figures there is none, and of equal ones it has no width", () => {
  expect(differenceOfFew([1], [2])).toBeNull();
  close(differenceOfFew([3, 3, 3], [1, 1]), [2, 2, 2]);
});

test("over problems the interval holds the mean of the pairs", () => {
  const after = Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? 1 : 0));
  const { value, low, high } = meanDifference(
    after,
    after.map(() => 0),
  );
  expect(value).toBeCloseTo(0.34, 6);
  expect(low).toBeGreaterThan(0.2);
  expect(high).toBeLessThan(0.48);
});
