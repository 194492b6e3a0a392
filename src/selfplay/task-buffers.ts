import type { TaskType } from "../interfaces/role.ts";
import type { RandomStream } from "../random/stream.ts";
import type { TaskRecord } from "../runs/records.ts";
import { TaskBuffer } from "./task-buffer.ts";

/** The buffers of a run, one per type, and the numbering of its tasks. */
export class TaskBuffers {
  private readonly buffers: Map<TaskType, TaskBuffer>;
  private lastId = 0;

  constructor(types: readonly TaskType[], capacity: number, tasks: readonly TaskRecord[] = []) {
    this.buffers = new Map(types.map((type) => [type, new TaskBuffer(capacity)]));
    for (const task of tasks) this.add(task);
  }

  of(type: TaskType): TaskBuffer {
    const buffer = this.buffers.get(type);
    if (!buffer) throw new RangeError(`this run has no ${type} tasks`);
    return buffer;
  }

  has(type: TaskType): boolean {
    return this.buffers.has(type);
  }

  /** The id that the next admitted task gets, plus `offset`. */
  nextId(offset = 0): number {
    return this.lastId + 1 + offset;
  }

  /** Admits a task; one of a type that this run does not play is numbered but not kept. */
  add(task: TaskRecord): void {
    this.lastId = Math.max(this.lastId, task.id);
    this.buffers.get(task.type)?.add(task);
  }

  /** References out of several buffers together; of a run without these types, out of its own. */
  sampleFrom(types: readonly TaskType[], own: TaskType, random: RandomStream, count: number): TaskRecord[] {
    const sources = types.filter((type) => this.has(type));
    const tasks = (sources.length > 0 ? sources : [own]).flatMap((type) => this.of(type).tasks());
    return random.sample(tasks, count);
  }
}
