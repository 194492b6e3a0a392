import type { Trajectory } from "../../interfaces/trajectory.ts";
import type { RandomStream } from "../../random/stream.ts";

/** The trajectories with their rewards dealt out anew, uniformly, among those of the same role and type. */
export function shuffled(trajectories: readonly Trajectory[], random: RandomStream): Trajectory[] {
  const kinds = Map.groupBy(trajectories, ({ role, type }) => `${role}/${type}`);
  const dealt = new Map(
    [...kinds.values()].flatMap((own) => {
      const givers = random.sample(own, own.length);
      return own.map((one, i) => [one, (givers[i] as Trajectory).reward] as const);
    }),
  );
  return trajectories.map((one) => ({ ...one, reward: dealt.get(one) ?? one.reward }));
}
