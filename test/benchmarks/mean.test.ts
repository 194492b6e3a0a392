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

test("beside other runs both sides count, and a single run is taken to scatter as the others do", () => {
  // Squares 2 and 8 over four degrees of freedom.
  expect(halfWidthOfDifference([1, 2, 3], [2, 4, 6])).toBeCloseTo(2.776 * Math.sqrt(2.5 * (2 / 3)), 6);
  expect(halfWidthOfDifference([5], [1, 2, 3])).toBeCloseTo(4.303 * Math.sqrt(1 + 1 / 3), 6);
  expect(halfWidthOfDifference([5], [1])).toBeNull();
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
