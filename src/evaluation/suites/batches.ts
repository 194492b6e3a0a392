import { VALUE_CHARACTERS } from "./solution.ts";

/** Calls that are made in one process, so that their values can be sent together. */
export interface Batch {
  /** Index of the first call. */
  first: number;
  /** Most characters of each call's value; a larger one is sent as its fingerprint. */
  most: number[];
}

/** Room beside the right value's own, for a wrong one that is worth looking at. */
const SPARE = 64;

/**
 * Shares calls out by the sizes of their right values, in characters. Each has room for a value twice as large, or as
 * large as its arguments: a value that is right within a tolerance, or as a set, may take more. A value that fills a
 * process alone has it to itself.
 */
export function batchesOf(calls: readonly string[], sizes: readonly number[]): Batch[] {
  const batches: Batch[] = [];
  let used = VALUE_CHARACTERS;
  for (const [i, call] of calls.entries()) {
    const room = Math.min(VALUE_CHARACTERS, 2 * (sizes[i] ?? 0) + call.length + SPARE);
    const last = batches.at(-1);
    if (last && used + room <= VALUE_CHARACTERS) {
      last.most.push(room);
      used += room;
    } else {
      batches.push({ first: i, most: [room] });
      used = room;
    }
  }
  return batches.map(({ first, most }) => ({ first, most: shared(most) }));
}

/** What is left of a process's room, shared out by what each value has. */
function shared(most: readonly number[]): number[] {
  const scale = VALUE_CHARACTERS / most.reduce((sum, room) => sum + room, 0);
  return most.map((room) => Math.floor(room * scale));
}
