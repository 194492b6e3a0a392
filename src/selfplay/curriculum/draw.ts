import type { RandomStream } from "../../random/stream.ts";
import type { TaskRecord } from "../../runs/records.ts";

/** Width of the preference for tasks near the wanted solve rate. */
const WIDTH = 0.2;
/** Weight of a task however far off it is: none is out of reach. */
const LEAST = 0.01;
/** Taken for the solve rate of a task of which none is known. */
const UNKNOWN = 0.5;

/**
 * `count` different tasks of a buffer, those preferred whose last solve rate is near 1 - difficulty: weighted
 * sampling without replacement, largest u^(1/w) first (Efraimidis and Spirakis, 2006).
 */
export function drawByDifficulty(
  tasks: readonly TaskRecord[],
  difficulty: number,
  count: number,
  random: RandomStream,
): TaskRecord[] {
  return tasks
    .map((task) => {
      const distance = ((task.solveRate ?? UNKNOWN) - (1 - difficulty)) / WIDTH;
      const weight = LEAST + Math.exp(-(distance ** 2) / 2);
      return { task, key: Math.log(1 - random.uniform()) / weight };
    })
    .toSorted((a, b) => b.key - a.key)
    .slice(0, count)
    .map(({ task }) => task);
}
