/** Tokens that several prompts begin with. Longer ones continue shorter ones, so the prefixes form trees. */
export interface Prefix {
  /** Tokens from the beginning of the prompt. */
  length: number;
  /** The longest shorter prefix of the same prompts. */
  parent: Prefix | null;
  /** Prompts that begin with it, those of its continuations among them. */
  prompts: number;
}

/** What a prefix must add to be worth a pass of its own. */
const LEAST = 32;

/** A prompt by its index, with the longest prefix that it shares with others. */
export interface PlacedPrompt {
  index: number;
  prefix: Prefix | null;
}

/**
 * The prompts with their prefixes, those of one tree together: only one way from a root to a leaf is needed at any
 * time. Otherwise in the order given. A prefix leaves each of its prompts one token at least, whose logits are wanted.
 */
export function sharedPrefixes(prompts: readonly (readonly number[])[]): PlacedPrompt[] {
  const found = new Array<Prefix | null>(prompts.length).fill(null);
  const sorted = prompts.map((_, index) => index).sort((a, b) => compare(promptOf(a), promptOf(b)));
  divide(sorted, null);
  const rank = new Map(sorted.map((index, at) => [index, at]));
  const first = new Map<Prefix, number>();
  const root = (index: number) => rootOf(found[index] ?? null);
  for (const index of sorted) {
    const tree = root(index);
    if (tree) first.set(tree, Math.min(index, first.get(tree) ?? index));
  }
  const begin = (index: number) => first.get(root(index) as Prefix) ?? index;
  return prompts
    .map((_, index) => ({ index, prefix: found[index] ?? null }))
    .sort(
      (a, b) =>
        begin(a.index) - begin(b.index) || (rank.get(a.index) as number) - (rank.get(b.index) as number),
    );

  function promptOf(index: number): readonly number[] {
    return prompts[index] as readonly number[];
  }

  /** `members` are in order, so the first and the last differ first. */
  function divide(members: number[], parent: Prefix | null): void {
    if (members.length < 2) return;
    const shortest = Math.min(...members.map((index) => promptOf(index).length));
    const common = agreement(promptOf(members[0] as number), promptOf(members.at(-1) as number));
    const length = Math.min(common, shortest - 1);
    const worth = length - (parent?.length ?? 0) >= LEAST;
    const prefix = worth ? { length, parent, prompts: members.length } : parent;
    for (const index of members) found[index] = prefix;
    const longer = members.filter((index) => promptOf(index).length > length + 1);
    for (const group of runs(longer, (index) => promptOf(index)[length] as number)) divide(group, prefix);
  }
}

const rootOf = (prefix: Prefix | null): Prefix | null => (prefix?.parent ? rootOf(prefix.parent) : prefix);

/** How many tokens two prompts have in common at their beginning. */
function agreement(a: readonly number[], b: readonly number[]): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) if (a[i] !== b[i]) return i;
  return end;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = agreement(a, b);
  return (a[at] ?? -1) - (b[at] ?? -1);
}

/** Neighbours of one key together. */
function runs(members: readonly number[], keyOf: (index: number) => number): number[][] {
  const groups: number[][] = [];
  members.forEach((member, i) => {
    const before = members[i - 1];
    if (before !== undefined && keyOf(before) === keyOf(member)) groups.at(-1)?.push(member);
    else groups.push([member]);
  });
  return groups;
}
