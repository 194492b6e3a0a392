import { expect, test } from "bun:test";
import { smoothed } from "../../../src/tui/charts/smoothing.ts";

const pointsOf = (values: readonly (number | null)[]) => values.map((value, step) => ({ step, value }));

test("an average has no bias towards 0 at its start and weighs what is near most", () => {
  expect(smoothed(pointsOf([5, 5, 5]), 0.9).map(({ value }) => value)).toEqual(
    [5, 5, 5].map((v) => expect.closeTo(v)),
  );
  // (0.5 * 1 + 0.5 * 3 / 0.5) / ...: weights 1/3 and 2/3 after two values at strength 0.5.
  expect(smoothed(pointsOf([0, 3]), 0.5)[1]?.value).toBeCloseTo(2);
  expect(smoothed(pointsOf([1, 2, 3]), 0).map(({ value }) => value)).toEqual([1, 2, 3]);
});

test("what is no finite number is passed over", () => {
  const values = [1, null, Number.NaN, Number.POSITIVE_INFINITY, 1];
  expect(smoothed(pointsOf(values), 0.9).map(({ step }) => step)).toEqual([0, 4]);
});
