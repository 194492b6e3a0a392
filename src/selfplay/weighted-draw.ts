import type { RandomStream } from "../random/stream.ts";
import { weightedSample } from "./task-weights.ts";

/** Draws of a few out of many items in proportion to fixed weights, without replacement. */
export class WeightedDraw<T> {
  /** Sum of the weights up to each item. */
  private readonly sums: Float64Array;

  constructor(
    private readonly items: readonly T[],
    private readonly weight: (item: T) => number,
  ) {
    this.sums = new Float64Array(items.length);
    let sum = 0;
    for (const [i, item] of items.entries()) {
      sum += weight(item);
      this.sums[i] = sum;
    }
  }

  /**
   * `count` different items, each next one in proportion to its weight among those that are left; all there are when
   * fewer. One that comes again is drawn anew, so a small count costs a few searches of the sums.
   */
  draw(random: RandomStream, count: number): T[] {
    const { items, sums, weight } = this;
    if (count <= 0 || items.length === 0) return [];
    if (8 * count > items.length) return weightedSample(random, items, weight, count);
    const total = sums[sums.length - 1] as number;
    const chosen = new Set<number>();
    // Where a few items hold nearly all of the weight, others would be waited for.
    for (let tries = 0; chosen.size < count; tries++) {
      if (tries === 16 * count) return weightedSample(random, items, weight, count);
      chosen.add(this.at(random.uniform() * total));
    }
    return [...chosen].map((i) => items[i] as T);
  }

  /** The item whose part of the sums a number falls into. */
  private at(value: number): number {
    let low = 0;
    let high = this.sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sums[middle] as number) > value) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
