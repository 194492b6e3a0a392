import { afterEach, beforeAll, beforeEach, expect } from "bun:test";
import { initialise, liveArrays } from "../../src/mlx/index.ts";

/** Loads MLX for a test file, and fails every test of it that leaves an array behind. */
export function withMlx(): void {
  let before = 0;
  beforeAll(() => initialise(), 600_000);
  beforeEach(() => {
    before = liveArrays();
  });
  afterEach(() => {
    expect(liveArrays() - before, "arrays left over").toBe(0);
  });
}

/** Asserts that two lists of numbers agree to a tolerance: absolute, or relative where values are large. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i] as number, expected[i] as number];
    const far = Math.abs(a - e) > tolerance * Math.max(1, Math.abs(e));
    if (far || Number.isNaN(a) !== Number.isNaN(e)) {
      throw new Error(`element ${i} is ${a}, expected ${e} (within ${tolerance})`);
    }
  }
}
