import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Prefix, sharedPrefixes } from "../../src/generation/shared-prefixes.ts";

const tokens = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
const chain = (prefix: Prefix | null): number[] => (prefix ? [...chain(prefix.parent), prefix.length] : []);
const lengths = (prompts: number[][]) =>
  sharedPrefixes(prompts)
    .toSorted((a, b) => a.index - b.index)
    .map(({ prefix }) => chain(prefix));

test("prompts of one template share it; templates with a common heading share that too", () => {
  const heading = tokens(0, 40);
  const [one, two] = [
    [...heading, ...tokens(1000, 60)],
    [...heading, ...tokens(2000, 50)],
  ];
  const prompts = [
    [...one, 1, 2],
    [...two, 1, 2],
    [...one, 3],
    [...two, 4, 5, 6],
    [...one, 5],
    tokens(5000, 90),
  ];
  expect(lengths(prompts)).toEqual([[40, 100], [40, 90], [40, 100], [40, 90], [40, 100], []]);
  const placed = sharedPrefixes(prompts);
  // Trees stay together, in the order of their first prompt.
  expect(placed.map(({ index }) => index)).toEqual([0, 2, 4, 1, 3, 5]);
  expect(placed[0]?.prefix).toBe(placed[1]?.prefix as Prefix);
  expect(placed[0]?.prefix).toMatchObject({ prompts: 3, parent: { prompts: 5 } });
});

test("a prefix leaves every prompt a token, and short ones are not worth a pass", () => {
  const prompt = tokens(0, 50);
  expect(lengths([prompt, prompt])).toEqual([[49], [49]]);
  expect(lengths([prompt, [...prompt, 7]])).toEqual([[49], [49]]);
  expect(
    lengths([
      [...tokens(0, 31), 1],
      [...tokens(0, 31), 2],
    ]),
  ).toEqual([[], []]);
  expect(lengths([prompt])).toEqual([[]]);
  expect(lengths([])).toEqual([]);
});

test("every prefix is one, of as many prompts as it says, and shorter than each", () => {
  const prompt = fc
    .array(fc.tuple(fc.constantFrom(1, 2), fc.integer({ min: 20, max: 45 })), { minLength: 1, maxLength: 4 })
    .map((blocks) => blocks.flatMap(([token, count]) => new Array<number>(count).fill(token)));
  fc.assert(
    fc.property(fc.array(prompt, { maxLength: 12 }), (prompts) => {
      const placed = sharedPrefixes(prompts);
      expect(placed.map(({ index }) => index).sort((a, b) => a - b)).toEqual(prompts.map((_, i) => i));
      const users = new Map<Prefix, string[]>();
      for (const { index, prefix } of placed) {
        const own = prompts[index] as number[];
        for (let each = prefix; each; each = each.parent) {
          expect(each.length).toBeLessThan(own.length);
          expect(each.length - (each.parent?.length ?? 0)).toBeGreaterThanOrEqual(32);
          users.set(each, [...(users.get(each) ?? []), own.slice(0, each.length).join()]);
        }
      }
      for (const [prefix, texts] of users) {
        expect(new Set(texts).size).toBe(1);
        expect(texts.length).toBe(prefix.prompts);
        expect(texts.length).toBeGreaterThan(1);
      }
    }),
  );
});
