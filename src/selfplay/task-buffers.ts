import type { Config } from "../config/schema.ts";
import type { TaskType } from "../interfaces/role.ts";
import { type RandomStream, stream } from "../random/stream.ts";
import type { TaskRecord } from "../runs/records.ts";
import { nearDifficulty } from "./curriculum/draw.ts";
import { TaskBuffer } from "./task-buffer.ts";
import type { Deduplication } from "./task-key.ts";
import type { WeightedDraw } from "./weighted-draw.ts";

/** The buffers of a run, one per type, and the numbering of its tasks. */
export class TaskBuffers {
  readonly deduplicate: Deduplication;
  private readonly buffers: Map<TaskType, TaskBuffer>;
  private readonly seed: number;
  private evicted: number[] = [];
  /** The draws of references of this state of the buffers, by what they are of. */
  private readonly near = new Map<string, { version: string; draw: WeightedDraw<TaskRecord> }>();
  private lastId = 0;

  /** `tasks` are all of the run, ascending by id: those that were evicted are numbered but not kept. */
  constructor(
    types: readonly TaskType[],
    { seed, selfplay, rewards }: Pick<Config, "seed" | "selfplay" | "rewards">,
    tasks: readonly TaskRecord[] = [],
  ) {
    this.seed = seed;
    this.deduplicate = selfplay.buffer.deduplicate;
    const rules = { ...selfplay.buffer, learnability: rewards.learnability };
    this.buffers = new Map(types.map((type) => [type, new TaskBuffer(rules)]));
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

  /** A task of any type that is in a buffer. */
  find(id: number): TaskRecord | undefined {
    for (const buffer of this.buffers.values()) {
      const task = buffer.get(id);
      if (task) return task;
    }
    return undefined;
  }

  /** The id that the next admitted task gets, plus `offset`. */
  nextId(offset = 0): number {
    return this.lastId + 1 + offset;
  }

  /** Takes a task; one that was evicted, or of a type that this run does not play, is numbered but not kept. */
  add(task: TaskRecord): void {
    this.lastId = Math.max(this.lastId, task.id);
    if (task.evictedStep !== null) return;
    const random = () => stream(this.seed, "evict", task.type, task.id);
    const result = this.buffers.get(task.type)?.add(task, random);
    if (result?.evicted) this.evicted.push(result.evicted.id);
  }

  /** Ids of the tasks that were evicted since this was asked last; the caller stores them. */
  takeEvicted(): number[] {
    const ids = this.evicted.sort((a, b) => a - b);
    this.evicted = [];
    return ids;
  }

  /**
   * References out of several buffers together; of a run without these types, out of its own. Uniformly, or near a
   * difficulty where one is asked for.
   */
  sampleFrom(
    types: readonly TaskType[],
    own: TaskType,
    random: RandomStream,
    count: number,
    difficulty: number | null = null,
  ): TaskRecord[] {
    const sources = types.filter((type) => this.has(type));
    const asked = sources.length > 0 ? sources : [own];
    if (difficulty !== null) return this.nearDifficulty(asked, difficulty).draw(random, count);
    const parts = asked.map((type) => this.of(type).tasks());
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    return random.indices(length, count).map((index) => {
      let i = index;
      for (const part of parts) {
        if (i < part.length) return part[i] as TaskRecord;
        i -= part.length;
      }
      throw new RangeError(`no task at ${index}`);
    });
  }

  /** The weights are computed once for all prompts of a step. */
  private nearDifficulty(types: readonly TaskType[], difficulty: number): WeightedDraw<TaskRecord> {
    const buffers = types.map((type) => this.of(type));
    const version = [difficulty, ...buffers.map((buffer) => buffer.version)].join();
    const known = this.near.get(types.join());
    if (known?.version === version) return known.draw;
    const tasks = buffers.flatMap((buffer) => buffer.tasks());
    const draw = nearDifficulty(tasks, difficulty);
    this.near.set(types.join(), { version, draw });
    return draw;
  }
}
