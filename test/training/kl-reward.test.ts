import { expect, test } from "bun:test";
import { klPenalties } from "../../src/training/kl-reward.ts";

test("a penalty is the coefficient times the sum of the log-ratios", () => {
  const behaviour = [Float32Array.of(-1, -2), Float32Array.of(-0.5)];
  const reference = [Float32Array.of(-1.5, -1.75), Float32Array.of(-2)];
  const { penalties, figures } = klPenalties({ behaviour, reference }, 2, 0.1);
  // Log-ratios 0.5 and -0.25; 1.5.
  expect(penalties).toEqual([expect.closeTo(0.1 * 0.25, 12), expect.closeTo(0.15, 12)]);
  expect(figures.kl_penalty).toBeCloseTo(0.1 * (0.25 + 1.5) * 0.5, 12);
  const k3 = (ratio: number) => Math.exp(-ratio) - 1 + ratio;
  expect(figures.kl).toBeCloseTo(((k3(0.5) + k3(-0.25)) / 2 + k3(1.5)) / 2, 12);
});

test("a trajectory without its log-probabilities is an error", () => {
  expect(() => klPenalties({ behaviour: [], reference: null }, 1, 1)).toThrow(RangeError);
});
