import { expect, test } from "bun:test";
import { learnability } from "../../../src/selfplay/rewards/learnability.ts";

test.each([
  [0, { paper: 0, official: -0.5, inverse: 1, peak: 0, constant: 1 }],
  [0.125, { paper: 0.875, official: 0.875, inverse: 0.875, peak: 0.25, constant: 1 }],
  [0.25, { paper: 0.75, official: 0.75, inverse: 0.75, peak: 0.5, constant: 1 }],
  [0.5, { paper: 0.5, official: 0.5, inverse: 0.5, peak: 1, constant: 1 }],
  [0.75, { paper: 0.25, official: 0.25, inverse: 0.25, peak: 0.5, constant: 1 }],
  [1, { paper: 0, official: -0.5, inverse: 0, peak: 0, constant: 1 }],
] as const)("solve rate %d", (rate, wanted) => {
  for (const [rule, reward] of Object.entries(wanted)) {
    expect(learnability(rate, rule as keyof typeof wanted)).toBe(reward);
  }
});
