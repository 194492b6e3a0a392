import { stream } from "../random/stream.ts";

export interface UpdatesOfBatch {
  /** Times that the batch is gone through. */
  epochs: number;
  /** Parts of the batch, each for an update of its own. */
  minibatches: number;
}

/**
 * The updates that a batch is used for, one after the other: for each the advantages of its trajectories, and NaN for
 * all others. Every epoch cuts the batch anew, at random from `seed`, into parts whose sizes differ by one at most. No
 * updates where no trajectory has an advantage.
 */
export function updatesOf(
  advantages: readonly number[],
  { epochs, minibatches }: UpdatesOfBatch,
  seed: number,
): number[][] {
  const wanted = [...advantages.keys()].filter((i) => !Number.isNaN(advantages[i]));
  if (wanted.length === 0) return [];
  const parts = Math.min(minibatches, wanted.length);
  return Array.from({ length: epochs }, (_, epoch) => {
    const order = parts === 1 ? wanted : stream(seed, "minibatches", epoch).sample(wanted, wanted.length);
    return Array.from({ length: parts }, (_, part) => {
      const own = new Set(order.slice(begin(part), begin(part + 1)));
      return advantages.map((advantage, i) => (own.has(i) ? advantage : Number.NaN));
    });
  }).flat();

  function begin(part: number): number {
    return Math.round((part * wanted.length) / parts);
  }
}
