import type { Config } from "../config/schema.ts";
import type { RandomStream } from "../random/stream.ts";
import type { TaskRecord } from "../runs/records.ts";
import type { LearnabilityRule } from "./rewards/learnability.ts";
import { type Identified, taskKey } from "./task-key.ts";
import { currentLearnability, drawWeight, weightedSample } from "./task-weights.ts";

/** What a buffer goes by: `selfplay.buffer`, and the rule by which tasks are weighed. */
export interface BufferRules
  extends Pick<Config["selfplay"]["buffer"], "capacity" | "deduplicate" | "evict" | "draw"> {
  learnability: LearnabilityRule;
}

/**
 * Tasks of one type, each once, at most `capacity`, ascending by id. The order is that of the ids whatever was
 * evicted in between, so a buffer rebuilt from the tasks it holds draws as the one that wrote them.
 */
export class TaskBuffer {
  private readonly records: TaskRecord[] = [];
  /** Of each record, in their order. */
  private readonly learnabilities: number[] = [];
  private readonly byKey = new Map<string, number>();
  private changes = 0;

  constructor(private readonly rules: BufferRules) {}

  get size(): number {
    return this.records.length;
  }

  /** Another number after every change of its tasks. */
  get version(): number {
    return this.changes;
  }

  /** Ascending by id, which is the order of admission. */
  tasks(): readonly TaskRecord[] {
    return this.records;
  }

  get(id: number): TaskRecord | undefined {
    const at = this.position(id);
    return at < 0 ? undefined : this.records[at];
  }

  find(task: Identified): TaskRecord | undefined {
    const key = taskKey(task, this.rules.deduplicate);
    const id = key === null ? undefined : this.byKey.get(key);
    return id === undefined ? undefined : this.get(id);
  }

  /**
   * Takes a task, newer than all it holds. `random` is for the eviction that makes room. Returns the evicted
   * task, if any, and whether the new one is in: not when it is there already.
   */
  add(task: TaskRecord, random: () => RandomStream): { added: boolean; evicted?: TaskRecord } {
    const key = taskKey(task, this.rules.deduplicate);
    if (key !== null && this.byKey.has(key)) return { added: false };
    const last = this.records.at(-1);
    if (last && last.id >= task.id) throw new RangeError(`task ${task.id} after task ${last.id}`);
    const evicted = this.size >= this.rules.capacity ? this.evict(random) : undefined;
    this.changes++;
    this.records.push(task);
    this.learnabilities.push(currentLearnability(task.solveRate, this.rules.learnability));
    if (key !== null) this.byKey.set(key, task.id);
    return { added: true, evicted };
  }

  /** Records what solving a task showed. A task that has been given up meanwhile is passed over. */
  update(id: number, change: Pick<TaskRecord, "solveRate" | "timesDrawn">): void {
    const at = this.position(id);
    const task = this.records[at];
    if (!task) return;
    this.changes++;
    this.records[at] = { ...task, ...change };
    this.learnabilities[at] = currentLearnability(change.solveRate, this.rules.learnability);
  }

  /** `count` different tasks, uniformly; all there are when fewer. */
  sample(random: RandomStream, count: number): TaskRecord[] {
    return random.sample(this.records, count);
  }

  /**
   * `count` tasks to solve, out of the buffer's and of this step's new ones, which are not in it yet: the new
   * ones first, or all by the rule.
   */
  draw<T extends Pick<TaskRecord, "id" | "step" | "solveRate">>(
    random: RandomStream,
    count: number,
    fresh: readonly T[],
  ): (TaskRecord | T)[] {
    const { draw, learnability } = this.rules;
    if (draw === "new-first") {
      const first = fresh.slice(0, count);
      return [...first, ...this.sample(random, count - first.length)];
    }
    if (draw === "uniform") {
      return random
        .indices(this.size + fresh.length, count)
        .map((i) => (this.records[i] ?? fresh[i - this.size]) as TaskRecord | T);
    }
    const weight = (task: TaskRecord | T) => drawWeight(task, draw, learnability);
    return weightedSample<TaskRecord | T>(random, [...this.records, ...fresh], weight, count);
  }

  private evict(random: () => RandomStream): TaskRecord | undefined {
    const at = this.victim(random);
    const [victim] = this.records.splice(at, 1);
    this.learnabilities.splice(at, 1);
    const key = victim && taskKey(victim, this.rules.deduplicate);
    if (key) this.byKey.delete(key);
    return victim;
  }

  private victim(random: () => RandomStream): number {
    const { evict } = this.rules;
    if (evict === "oldest") return 0;
    if (evict === "uniform") return random().integer(0, this.size - 1);
    // Plain numbers side by side: 16,384 of them take microseconds.
    let victim = 0;
    for (let i = 1; i < this.learnabilities.length; i++) {
      if ((this.learnabilities[i] as number) < (this.learnabilities[victim] as number)) victim = i;
    }
    return victim;
  }

  /** Index of a task, -1 when it is not there. */
  private position(id: number): number {
    let low = 0;
    let high = this.records.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = this.records[middle]?.id ?? 0;
      if (at === id) return middle;
      if (at < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
