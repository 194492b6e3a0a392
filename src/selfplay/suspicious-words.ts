import type { RolloutDraft } from "./outcome.ts";

/**
 * The rollouts with a flag `suspicious:<phrase>` for each phrase that the response holds as whole words, whatever its
 * case and white space. What is rewarded and learnt stays as it was.
 */
export function flagSuspicious<R extends Pick<RolloutDraft, "response" | "flags">>(
  rollouts: readonly R[],
  phrases: readonly string[],
): R[] {
  const searches = phrases.map(
    (phrase) => [`suspicious:${words(phrase).join("-")}`, wholeWords(phrase)] as const,
  );
  return rollouts.map((rollout) => {
    const raised = searches.flatMap(([flag, search]) => (search.test(rollout.response) ? [flag] : []));
    return raised.length === 0 ? rollout : { ...rollout, flags: [...new Set([...rollout.flags, ...raised])] };
  });
}

function wholeWords(phrase: string): RegExp {
  const text = words(phrase).map(RegExp.escape).join("\\s+");
  return new RegExp(`(?<![\\p{L}\\p{N}_])${text}(?![\\p{L}\\p{N}_])`, "iu");
}

const words = (phrase: string): string[] => phrase.trim().toLowerCase().split(/\s+/);
