import { join } from "node:path";
import { TASK_TYPES, type TaskType } from "../../src/config/task-type.ts";
import { markdownTable } from "../../src/pages/markdown-table.ts";
import type { TaskRecord } from "../../src/runs/records.ts";
import { tagged } from "../../src/selfplay/prompts/tagged/style.ts";
import { shownPairs } from "../../src/selfplay/tasks/induction.ts";
import { TASK_KINDS } from "../../src/selfplay/tasks/registry.ts";
import { score } from "../parts/command-line.ts";
import { mean } from "../parts/mean.ts";
import { percent } from "../parts/points.ts";
import { byVariant } from "./by-variant.ts";
import { keep } from "./kept-file.ts";
import { type Proposed, STEPS } from "./proposed.ts";
import type { Played } from "./results.ts";

/** By type the share of a run's first and of its last tasks that the model as it comes answers rightly, greedily. */
export type Difficulty = Partial<Record<TaskType, [first: number, last: number]>>;

/** How hard a run's own tasks are to the model as it comes. */
export async function difficulty(work: string, run: string, { first, last }: Proposed): Promise<Difficulty> {
  const asked = [...first, ...last];
  if (asked.length === 0) return {};
  const path = await keep(join(run, "own-tasks.jsonl"), asked.map(problem));
  const options = ["--data", path, "--limit", String(asked.length)];
  const { outcomes } = await score(work, "tiny", { name: "own tasks", benchmark: "tiny-heldout", options });
  if (outcomes.length !== asked.length) throw new Error(`${path}: not all tasks were judged`);
  const right = new Map(outcomes.map(({ id, passed }) => [id, passed]));
  return Object.fromEntries(
    TASK_TYPES.flatMap((type) => {
      const shares = [first, last].map((tasks) =>
        mean(tasks.filter((task) => task.type === type).map(({ id }) => right.get(String(id)) ?? 0)),
      );
      return shares.every(Number.isFinite) ? [[type, shares]] : [];
    }),
  );
}

/** Each seed's. */
export function difficulties(runs: readonly Played[]): string {
  const lines = byVariant(runs).flatMap(([{ name }, own]) =>
    TASK_TYPES.flatMap((type) => {
      const pairs = own.flatMap(({ difficulty }) => (difficulty?.[type] ? [difficulty[type]] : []));
      const seeds = (at: 0 | 1) => pairs.map((pair) => percent(pair[at])).join(" ");
      return pairs.length > 0 ? [[name, type, seeds(0), seeds(1)]] : [];
    }),
  );
  return lines.length > 0
    ? markdownTable(["variant", "type", `first ${STEPS} steps`, `last ${STEPS} steps`], lines)
    : "";
}

/** A task as a problem of tiny-heldout: of induction the calls that are not shown judge. */
export function problem(task: TaskRecord) {
  const { id, type, program, inputs, outputs } = task;
  const calls = inputs.map((input, i) => [input, outputs[i] ?? ""]);
  return {
    id: String(id),
    type,
    prompt: TASK_KINDS[type].solvePrompt(task, tagged).text,
    request: "",
    reference: "",
    program,
    entry: "f",
    calls: type === "induction" ? calls.slice(shownPairs(task)) : calls,
  };
}
