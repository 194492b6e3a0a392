import { expect, test } from "bun:test";
import { updatesOf } from "../../src/training/minibatches.ts";

const advantages = [1, Number.NaN, -1, 0.5, 2, -2, Number.NaN, 0.25];
const members = (update: readonly number[]) => [...update.keys()].filter((i) => !Number.isNaN(update[i]));

test("every epoch covers each trajectory that has an advantage once, in parts of nearly one size", () => {
  const updates = updatesOf(advantages, { epochs: 3, minibatches: 4 }, 7);
  expect(updates).toHaveLength(12);
  for (const epoch of [0, 1, 2]) {
    const parts = updates.slice(epoch * 4, epoch * 4 + 4).map(members);
    expect(parts.flat().toSorted()).toEqual([0, 2, 3, 4, 5, 7]);
    expect(parts.map(({ length }) => length).toSorted()).toEqual([1, 1, 2, 2]);
  }
  const epochs = [0, 4, 8].map((at) => JSON.stringify(updates.slice(at, at + 4)));
  expect(new Set(epochs).size).toBe(3);
  const [first = []] = updates;
  for (const i of members(first)) expect(first[i]).toBe(advantages[i] as number);
});

test("the cut depends on the seed alone", () => {
  const cut = (seed: number) => updatesOf(advantages, { epochs: 2, minibatches: 2 }, seed);
  expect(cut(3)).toEqual(cut(3));
  expect(cut(3)).not.toEqual(cut(4));
});

test("one part is the batch as it is; more parts than trajectories leave one each; none leave no update", () => {
  expect(updatesOf(advantages, { epochs: 1, minibatches: 1 }, 1)).toEqual([advantages]);
  expect(updatesOf([1, 2], { epochs: 1, minibatches: 5 }, 1).map(members)).toHaveLength(2);
  expect(updatesOf([Number.NaN], { epochs: 4, minibatches: 2 }, 1)).toEqual([]);
});
