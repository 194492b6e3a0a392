/** How hard a task is to be, as a proposer is told: `difficulty` in 0..1, or its own choice between the ends. */
export function hardness(difficulty: number | null): string {
  if (difficulty === null)
    return "A capable subject should succeed some of the time, not always and not never.";
  const tens = Math.min(9, Math.max(1, Math.round(10 * (1 - difficulty))));
  return `The subject should succeed in about ${10 * tens}% of the attempts.`;
}
