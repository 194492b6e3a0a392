/** Named parts that add up to the reward; the rollouts of a role have the same names throughout a run. */
export type RewardComponents = Record<string, number>;

export function total(components: RewardComponents): number {
  return Object.values(components).reduce((sum, part) => sum + part, 0);
}
