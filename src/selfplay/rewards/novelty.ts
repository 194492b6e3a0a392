import type { TaskRecord } from "../../runs/records.ts";
import type { Term } from "./term.ts";

/** 1 / (1 + uses): 1 for a skeleton that no task of the last steps has. */
export function novelty(uses: number): number {
  return 1 / (1 + uses);
}

export const noveltyTerm: Term = {
  name: "novelty",
  figure: ({ skeletonUses }) => (skeletonUses === null ? null : novelty(skeletonUses)),
};

/**
 * How often each skeleton was used by the tasks that were proposed in the last `window` steps, the one under way
 * included. It is derived from the run's tasks, so a resumed run counts the same.
 */
export class SkeletonUses {
  private readonly bySteps = new Map<number, string[]>();
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly window: number,
    tasks: readonly TaskRecord[],
  ) {
    for (const task of tasks) this.add(task);
  }

  /** Seeds and tasks of templates are no proposals of the model. */
  add({ origin, skeleton, step }: Pick<TaskRecord, "origin" | "skeleton" | "step">): void {
    if (origin !== "proposed" || skeleton === null) return;
    const ofStep = this.bySteps.get(step) ?? [];
    ofStep.push(skeleton);
    this.bySteps.set(step, ofStep);
    this.counts.set(skeleton, (this.counts.get(skeleton) ?? 0) + 1);
  }

  /** Forgets what was used in `step - window` or before. */
  enter(step: number): void {
    for (const [past, skeletons] of this.bySteps) {
      if (past > step - this.window) continue;
      for (const skeleton of skeletons) this.counts.set(skeleton, (this.counts.get(skeleton) ?? 1) - 1);
      this.bySteps.delete(past);
    }
  }

  of(skeleton: string): number {
    return this.counts.get(skeleton) ?? 0;
  }
}
