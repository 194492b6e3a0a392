import type { RandomStream } from "../random/stream.ts";
import type { TaskRecord } from "../runs/records.ts";
import { normalisedProgram } from "./program.ts";
import type { Proposal } from "./proposal.ts";

/** Tasks are the same when their normalised programs and their inputs are. */
export function taskKey(task: Pick<Proposal, "program" | "inputs">): string {
  return JSON.stringify([normalisedProgram(task.program), ...task.inputs]);
}

/**
 * Tasks of one type, each once, at most `capacity`. A full buffer gives up the task that taught least:
 * learnability 0 or below first, then the lowest origin in time. What is given up depends on nothing but the
 * records in order of admission, so a buffer rebuilt from the database equals the one that wrote it.
 */
export class TaskBuffer {
  private readonly byKey = new Map<string, TaskRecord>();
  private readonly byId = new Map<number, string>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.byKey.size;
  }

  /** In order of admission. */
  tasks(): TaskRecord[] {
    return [...this.byKey.values()];
  }

  find(task: Pick<Proposal, "program" | "inputs">): TaskRecord | undefined {
    return this.byKey.get(taskKey(task));
  }

  /** False when the task is there already. */
  add(task: TaskRecord): boolean {
    const key = taskKey(task);
    if (this.byKey.has(key)) return false;
    if (this.byKey.size >= this.capacity) this.evict();
    this.byKey.set(key, task);
    this.byId.set(task.id, key);
    return true;
  }

  /** Records what solving a task showed. A task that has been given up meanwhile is passed over. */
  update(id: number, change: Pick<TaskRecord, "solveRate" | "timesDrawn">): void {
    const key = this.byId.get(id);
    const task = key === undefined ? undefined : this.byKey.get(key);
    if (key !== undefined && task) this.byKey.set(key, { ...task, ...change });
  }

  /** `count` different tasks, uniformly; all there are when fewer. */
  sample(random: RandomStream, count: number, exclude: ReadonlySet<number> = new Set()): TaskRecord[] {
    return random.sample(
      this.tasks().filter((task) => !exclude.has(task.id)),
      count,
    );
  }

  private evict(): void {
    let victim: [string, TaskRecord] | undefined;
    for (const entry of this.byKey) {
      // Map order is order of admission: the first dull task, or else the first of all.
      victim ??= entry;
      if (entry[1].learnability !== null && entry[1].learnability <= 0) {
        victim = entry;
        break;
      }
    }
    if (!victim) return;
    this.byKey.delete(victim[0]);
    this.byId.delete(victim[1].id);
  }
}
