import { expect, test } from "bun:test";
import {
  halfWidthOfDifference,
  halfWidthOfMean,
  meanDifference,
  widened,
} from "../../benchmarks/parts/mean.ts";

test("the interval of a mean is Student's", () => {
  // Variance 1, two degrees of freedom.
  expect(halfWidthOfMean([1, 2, 3])).toBeCloseTo(4.303 / Math.sqrt(3), 6);
  expect(halfWidthOfMean([1, 3])).toBeCloseTo(12.706, 6);
  expect(halfWidthOfMean([3, 3, 3])).toBe(0);
  expect(halfWidthOfMean([1])).toBeNull();
});

test("beside other runs it is Welch's, and a single run is taken to scatter as the others do", () => {
  // Variances of the means 1/3 and 4/3: 25/9 : (1/18 + 16/18) = 2.94 degrees, rounded down.
  expect(halfWidthOfDifference([1, 2, 3], [2, 4, 6])).toBeCloseTo(4.303 * Math.sqrt(5 / 3), 6);
  // Beside runs that are all alike only the others' scatter counts.
  expect(halfWidthOfDifference([1, 2, 3], [7, 7, 7])).toBeCloseTo(4.303 / Math.sqrt(3), 6);
  expect(halfWidthOfDifference([5], [1, 2, 3])).toBeCloseTo(4.303 * Math.sqrt(1 + 1 / 3), 6);
  expect(halfWidthOfDifference([3, 3], [1, 1])).toBe(0);
  expect(halfWidthOfDifference([5], [1])).toBeNull();
});

test("of more values than the table has degrees for it stays an interval", () => {
  const many = Array.from({ length: 20 }, (_, i) => i);
  expect(halfWidthOfMean(many)).toBeCloseTo(2.262 * Math.sqrt(35 / 20), 6);
});

test("a second source of chance makes an interval wider, in squares", () => {
  const wide = widened({ value: 10, low: 7, high: 14 }, 4);
  expect(wide).toEqual({ value: 10, low: 5, high: 10 + Math.hypot(4, 4) });
  expect(widened({ value: 1, low: 0, high: 2 }, 0)).toEqual({ value: 1, low: 0, high: 2 });
});

test("over problems the interval holds the mean of the pairs", () => {
  const after = Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? 1 : 0));
  const none = after.map(() => 0);
  const { value, low, high } = meanDifference(after, none);
  expect(value).toBeCloseTo(0.34, 6);
  expect(low).toBeGreaterThan(0.2);
  expect(low).toBeLessThan(0.3);
  expect(high).toBeGreaterThan(0.38);
  expect(high).toBeLessThan(0.48);
});
