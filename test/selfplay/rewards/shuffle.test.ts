import { expect, test } from "bun:test";
import type { Trajectory } from "../../../src/interfaces/trajectory.ts";
import { stream } from "../../../src/random/stream.ts";
import { shuffled } from "../../../src/selfplay/rewards/shuffle.ts";

const made = Array.from({ length: 60 }, (_, i): Trajectory => {
  const [role, type] = [i % 2 ? "propose" : "solve", i % 3 ? "deduction" : "abduction"] as const;
  const shared = { promptTokens: [1], responseTokens: [i + 1], temperature: 1, group: "g" };
  return { ...shared, role, type, reward: i, logProbabilities: new Float32Array([-1]) };
});
const rewardsOf = (all: readonly Trajectory[], role: string, type: string) =>
  all.flatMap((one) => (one.role === role && one.type === type ? one.reward : []));

test("rewards change hands within role and type alone, and nothing else changes", () => {
  const dealt = shuffled(made, stream(0, "shuffle", 1));
  expect(dealt.map(({ reward: _, ...rest }) => rest)).toEqual(made.map(({ reward: _, ...rest }) => rest));
  for (const role of ["propose", "solve"])
    for (const type of ["deduction", "abduction"]) {
      const [before, after] = [rewardsOf(made, role, type), rewardsOf(dealt, role, type)];
      expect(after.toSorted((a, b) => a - b)).toEqual(before);
      expect(after).not.toEqual(before);
    }
  expect(shuffled(made, stream(0, "shuffle", 1))).toEqual(dealt);
  expect(shuffled(made, stream(0, "shuffle", 2))).not.toEqual(dealt);
});

test("every place gets every reward equally often", () => {
  const four = made.filter(({ role, type }) => role === "solve" && type === "abduction").slice(0, 4);
  const [first] = four;
  const seen = new Map<number, number>();
  for (let step = 0; step < 4000; step++) {
    const reward = shuffled(four, stream(0, "shuffle", step))[0]?.reward ?? Number.NaN;
    seen.set(reward, (seen.get(reward) ?? 0) + 1);
  }
  expect([...seen.keys()].sort((a, b) => a - b)).toEqual(four.map(({ reward }) => reward));
  // 1,000 each; five deviations of a binomial are 137.
  for (const count of seen.values()) expect(count).toBeWithin(863, 1137);
  expect(first?.reward).toBe(0);
});
