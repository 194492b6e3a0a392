import type { RunSource } from "../../run-view.ts";

/** Memory as the engine said it, bytes. */
export interface MemorySample {
  at: number;
  active: number;
  cache: number;
  resident: number;
}

/** Least time between two samples, and how many are kept: the last twenty minutes. */
const EVERY_MS = 2000;
const KEPT = 600;

/** The engine's memory of the last minutes, from the first look at a run until it is left. */
export class LiveMemory {
  readonly samples: MemorySample[] = [];

  private constructor(source: RunSource) {
    source.subscribe(() => this.take(source));
    this.take(source);
  }

  /** The one of a run. */
  static of(source: RunSource): LiveMemory {
    let memory = MEMORIES.get(source);
    if (!memory) {
      memory = new LiveMemory(source);
      MEMORIES.set(source, memory);
    }
    return memory;
  }

  private take(source: RunSource): void {
    const { snapshot, replay } = source.getView();
    const memory = snapshot?.memory;
    const at = replay?.now ?? Date.now();
    // A replay that was taken back has not been there yet.
    if (replay) this.samples.splice(this.samples.findLastIndex((sample) => sample.at <= at) + 1);
    if (!memory || at - (this.samples.at(-1)?.at ?? 0) < EVERY_MS) return;
    this.samples.push({ at, ...memory });
    if (this.samples.length > KEPT) this.samples.shift();
  }
}

const MEMORIES = new WeakMap<RunSource, LiveMemory>();
