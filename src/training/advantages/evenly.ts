import type { AdvantageEstimator } from "./advantages.ts";

/** Every trajectory counts the same, whatever its reward: imitation. */
export const evenly: AdvantageEstimator = (batch) => ({ values: batch.map(() => 1), groups: [] });
