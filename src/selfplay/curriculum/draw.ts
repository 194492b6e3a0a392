import type { RandomStream } from "../../random/stream.ts";
import type { TaskRecord } from "../../runs/records.ts";
import { WeightedDraw } from "../weighted-draw.ts";

/** Width of the preference for tasks near the wanted solve rate. */
const WIDTH = 0.2;
/** Weight of a task however far off it is: none is out of reach. */
const LEAST = 0.01;
/** Taken for the solve rate of a task of which none is known. */
const UNKNOWN = 0.5;

/**
 * `count` different tasks, those preferred whose last solve rate is near 1 - difficulty: weighted sampling without
 * replacement. Of a buffer to be solved, or of earlier tasks to be shown as references.
 */
export function drawByDifficulty(
  tasks: readonly TaskRecord[],
  difficulty: number,
  count: number,
  random: RandomStream,
): TaskRecord[] {
  return nearDifficulty(tasks, difficulty).draw(random, count);
}

/** The same draw to be made many times: the weights are computed once. */
export function nearDifficulty(tasks: readonly TaskRecord[], difficulty: number): WeightedDraw<TaskRecord> {
  return new WeightedDraw(tasks, ({ solveRate }) => {
    const distance = ((solveRate ?? UNKNOWN) - (1 - difficulty)) / WIDTH;
    return LEAST + Math.exp(-(distance ** 2) / 2);
  });
}
