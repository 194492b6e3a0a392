import { expect, test } from "bun:test";
import { age } from "../../../src/tui/home/age.ts";
import { sparkline } from "../../../src/tui/home/sparkline.ts";

test("a curve runs from the lowest block at its least to the highest at its greatest", () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe("▁▂▃▄▅▆▇█");
  expect(sparkline([1, 1, 1], 5)).toBe("▅▅▅  ");
  expect(sparkline([0, 2, 4, 6], 2)).toBe("▁█");
});

test("what is no number is a blank, and does not stretch the others", () => {
  expect(sparkline([0, null, Number.NaN, Number.POSITIVE_INFINITY, 1], 5)).toBe("▁   █");
  expect(sparkline([], 3)).toBe("   ");
});

test("an age in the largest unit that it fills", () => {
  const now = 10_000_000_000;
  const ages = [0, 999, 59_000, 60_000, 3_599_000, 3_600_000, 86_399_000, 86_400_000, 400 * 86_400_000];
  expect(ages.map((gone) => age(now - gone, now))).toEqual([
    "now",
    "now",
    "59 s",
    "1 m",
    "59 m",
    "1 h",
    "23 h",
    "1 d",
    "400 d",
  ]);
});
