import { expect, test } from "bun:test";
import { stream } from "../../src/random/stream.ts";

test("a stream depends on its key alone", () => {
  const draws = (seed: number, ...key: (string | number)[]) => {
    const random = stream(seed, ...key);
    return [random.uniform(), random.integer(0, 1e6), random.uniform()];
  };
  expect(draws(1, "solve", 3)).toEqual(draws(1, "solve", 3));
  expect(draws(1, "solve", 3)).not.toEqual(draws(1, "solve", 4));
  expect(draws(1, "solve", 3)).not.toEqual(draws(2, "solve", 3));
  // Key parts do not run together.
  expect(draws(1, "ab", "c")).not.toEqual(draws(1, "a", "bc"));
  expect(draws(1, "1")).not.toEqual(draws(1, 1));
});

test("the first draws of a known key never change (resume across versions)", () => {
  const random = stream(7, "golden");
  expect([random.integer(0, 999), random.integer(0, 999), random.integer(0, 999)]).toEqual([652, 837, 992]);
});

test("sample draws distinct elements, all of them when asked for too many, and is uniform", () => {
  const items = [..."abcdefgh"];
  const counts = new Map<string, number>();
  for (let i = 0; i < 4000; i++) {
    const drawn = stream(0, "uniform", i).sample(items, 3);
    expect(new Set(drawn).size).toBe(3);
    for (const item of drawn) counts.set(item, (counts.get(item) ?? 0) + 1);
  }
  // 4000 * 3 / 8 = 1500 expected, standard deviation 31.
  for (const item of items) expect(Math.abs((counts.get(item) ?? 0) - 1500)).toBeLessThan(150);
  expect(stream(0, "all").sample(items, 99).sort()).toEqual(items);
  expect(() => stream(0).pick([])).toThrow(RangeError);
});

test("sample takes the first steps of a shuffle, and indices are where it takes them from", () => {
  const items = Array.from({ length: 50 }, (_, i) => i);
  for (let key = 0; key < 50; key++) {
    const random = stream(3, key);
    const shuffled = [...items];
    for (let i = 0; i < 20; i++) {
      const j = random.integer(i, 49);
      [shuffled[i], shuffled[j]] = [shuffled[j] as number, shuffled[i] as number];
    }
    expect(stream(3, key).sample(items, 20)).toEqual(shuffled.slice(0, 20));
    expect(stream(3, key).indices(50, 20)).toEqual(shuffled.slice(0, 20));
  }
});
