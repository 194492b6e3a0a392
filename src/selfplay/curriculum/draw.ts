import type { RandomStream } from "../../random/stream.ts";
import type { TaskRecord } from "../../runs/records.ts";
import { weightedSample } from "../task-weights.ts";

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
  const weight = (task: TaskRecord) => {
    const distance = ((task.solveRate ?? UNKNOWN) - (1 - difficulty)) / WIDTH;
    return LEAST + Math.exp(-(distance ** 2) / 2);
  };
  return weightedSample(random, tasks, weight, count);
}
