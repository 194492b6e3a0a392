import type { TaskType } from "../../interfaces/role.ts";
import type { TaskRecord } from "../../runs/records.ts";
import { parseArguments } from "../../sandbox/literals.ts";
import type { ValidTask } from "../proposal.ts";
import type { Term } from "./term.ts";

/** 1 - the share of the proposal's answer among the answers of the buffer's tasks; an unseen one has 1. */
export const answerDiversity: Term = { name: "answer_diversity", figure: ({ surprise }) => surprise };

/** What is counted: an answer, its type, or both. */
export type AnswerMeasure = "value" | "type" | "both";

/** What the solver has to come to: the input of an abduction, else the outputs. */
function answersOf(type: TaskType, task: Pick<ValidTask, "inputs" | "outputs">): readonly string[] {
  return type === "abduction" ? task.inputs : task.outputs;
}

/** Python type of an answer, of several arguments those of all; `str` for what is no literal. */
function typeOf(answer: string): string {
  return (
    parseArguments(answer)
      ?.map((value) => value.type)
      .join(", ") ?? "str"
  );
}

/** How often each answer, and each type of answer, occurs among some tasks. */
export class AnswerCounts {
  private readonly values = new Map<string, number>();
  private readonly types = new Map<string, number>();
  private total = 0;

  constructor(
    type: TaskType,
    tasks: readonly TaskRecord[],
    private readonly of: AnswerMeasure,
  ) {
    for (const answer of tasks.flatMap((task) => answersOf(type, task))) {
      this.values.set(answer, (this.values.get(answer) ?? 0) + 1);
      this.total++;
      if (of === "value") continue;
      const kind = typeOf(answer);
      this.types.set(kind, (this.types.get(kind) ?? 0) + 1);
    }
  }

  /**
   * Mean over a task's answers of: 1 - p(value), 1 - p(type), or the mean of 1 - p(type) and
   * 1 - p(value | type), the official code's hierarchical variant.
   */
  surprise(type: TaskType, task: Pick<ValidTask, "inputs" | "outputs">): number | null {
    const answers = answersOf(type, task);
    if (answers.length === 0) return null;
    return answers.reduce((sum, answer) => sum + this.surpriseOf(answer), 0) / answers.length;
  }

  private surpriseOf(answer: string): number {
    const value = this.values.get(answer) ?? 0;
    if (this.of === "value") return rest(value, this.total);
    const kind = this.types.get(typeOf(answer)) ?? 0;
    if (this.of === "type") return rest(kind, this.total);
    return (rest(kind, this.total) + rest(value, kind)) / 2;
  }
}

function rest(count: number, total: number): number {
  return total === 0 ? 1 : 1 - count / total;
}
