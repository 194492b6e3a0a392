import { createHash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** One part of a stream's key. Order matters: `[1, "solve"]` and `["solve", 1]` are different streams. */
export type KeyPart = string | number;

/** A sequence of draws that depends on nothing but its key. */
export interface RandomStream {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform integer in [low, high], both included. */
  integer(low: number, high: number): number;
  /** One element, uniformly. Throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** `count` distinct elements in random order, uniformly; all of them when there are fewer. */
  sample<T>(items: readonly T[], count: number): T[];
  /** The indices that `sample` would take of a list of `length`, in time that depends on `count` alone. */
  indices(length: number, count: number): number[];
}

/**
 * The stream of a key, such as `stream(seed, "sample", step, role, type, index)`. Equal keys give equal
 * draws on every machine and in every process, so a resumed run needs no saved generator state.
 */
export function stream(seed: number, ...key: KeyPart[]): RandomStream {
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, ...key]))
    .digest();
  const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  const generator = xoroshiro128plusFromState(state);
  const integer = (low: number, high: number) => uniformInt(generator, low, high);
  /** The first steps of Fisher and Yates' shuffle; `moved` holds what is not at its own place any more. */
  const indices = (length: number, count: number): number[] => {
    const moved = new Map<number, number>();
    return Array.from({ length: Math.min(count, length) }, (_, i) => {
      const j = integer(i, length - 1);
      const drawn = moved.get(j) ?? j;
      moved.set(j, moved.get(i) ?? i);
      return drawn;
    });
  };
  return {
    uniform: () => uniformFloat64(generator),
    integer,
    pick(items) {
      if (items.length === 0) throw new RangeError("cannot pick from an empty list");
      return items[integer(0, items.length - 1)] as (typeof items)[number];
    },
    sample(items, count) {
      return indices(items.length, count).map((i) => items[i] as (typeof items)[number]);
    },
    indices,
  };
}

/** A 32-bit seed derived from a key, to hand to something that keeps a stream of its own. */
export function deriveSeed(seed: number, ...key: KeyPart[]): number {
  return createHash("sha256")
    .update(JSON.stringify([seed, ...key]))
    .digest()
    .readUInt32LE(0);
}
