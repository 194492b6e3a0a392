/** Ways to have a task solved: the plain prompt, or one that asks for work before the answer. */
export const STRATEGIES = ["direct", "step-by-step", "test-driven", "chain-of-thought"] as const;
export type Strategy = (typeof STRATEGIES)[number];
