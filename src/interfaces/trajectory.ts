import type { Role, TaskType } from "./role.ts";

/** One rollout as training sees it: plain data, no text. */
export interface Trajectory {
  promptTokens: readonly number[];
  /** Sampled tokens: the ones that the loss covers. At least one. */
  responseTokens: readonly number[];
  /** Temperature at which the response was sampled; 0 is greedy. The policy is softmax(logits / temperature). */
  temperature: number;
  /** Behaviour log-probability of each response token under that policy, [responseTokens.length]. */
  logProbabilities: Float32Array;
  /** Sum of the reward components. */
  reward: number;
  role: Role;
  type: TaskType;
  /** Rollouts of one prompt share it (the group of GRPO). */
  group: string;
}
