import { stream } from "../random/stream.ts";
import type { SupervisedConfig } from "./examples.ts";

/** Steps of a run: as many as its epochs take, the last perhaps with fewer rows; without epochs, `steps`. */
export function totalSteps(config: SupervisedConfig, steps: number, rows: number): number {
  return config.epochs > 0 ? Math.ceil((config.epochs * rows) / config.batch_size) : steps;
}

/**
 * Indices of the rows of a step, counted from 1: the rows in a new order for every epoch, one epoch after the other,
 * cut into batches. Depends on the seed and the step alone, so a resumed run goes on with the same rows.
 */
export function rowsOfStep(
  config: Pick<SupervisedConfig, "batch_size" | "epochs">,
  step: number,
  { rows, seed }: { rows: number; seed: number },
): number[] {
  const begin = (step - 1) * config.batch_size;
  const end = begin + config.batch_size;
  const last = config.epochs > 0 ? Math.min(end, config.epochs * rows) : end;
  const indices: number[] = [];
  for (let epoch = Math.floor(begin / rows); epoch * rows < last; epoch++) {
    const order = orderOf(epoch, rows, seed);
    indices.push(...order.slice(Math.max(0, begin - epoch * rows), last - epoch * rows));
  }
  return indices;
}

/** The last order that was drawn: all steps of an epoch ask for the same one. */
let drawn: { key: string; order: number[] } | null = null;

/** The rows in the order of an epoch, which its number, their count and the seed decide. */
function orderOf(epoch: number, rows: number, seed: number): readonly number[] {
  const key = `${seed} ${epoch} ${rows}`;
  if (drawn?.key !== key) drawn = { key, order: stream(seed, "sft", "epoch", epoch).indices(rows, rows) };
  return drawn.order;
}
