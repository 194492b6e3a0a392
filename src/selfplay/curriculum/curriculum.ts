import type { Config } from "../../config/schema.ts";
import type { TaskType } from "../../interfaces/role.ts";
import type { RandomStream } from "../../random/stream.ts";
import type { TaskRecord } from "../../runs/records.ts";
import { type CurriculumStep, nextDifficulty } from "./difficulty.ts";
import { drawByDifficulty } from "./draw.ts";

/** A figure of earlier steps, ascending: what the curriculum goes on from when a run is resumed. */
export type MetricHistory = (
  name: string,
  steps: number,
) => readonly { step: number; value: number | null }[];

/** How hard the tasks are. */
export interface Curriculum {
  /** Of the template tasks of a type, in the step to come. */
  difficulty(type: TaskType): number;
  /** Difficulty near which the model's references are drawn; null leaves them to chance. */
  readonly wanted: ((type: TaskType) => number) | null;
  /** Draws tasks of a buffer in place of the buffer's own rule; null leaves it to that. */
  readonly draw:
    | ((type: TaskType, tasks: readonly TaskRecord[], count: number, random: RandomStream) => TaskRecord[])
    | null;
  /** Takes in a finished step: the answers that it goes by, right or not. Gives its figures. */
  finish(answers: ReadonlyMap<TaskType, readonly boolean[]>): Record<string, number>;
}

const difficultyName = (type: TaskType) => `curriculum/${type}/difficulty`;
const solveRateName = (type: TaskType) => `curriculum/${type}/solve_rate`;

/** The curriculum of a run; its state is in the figures of the steps before. */
export function createCurriculum(
  { curriculum, proposer }: Config["selfplay"],
  types: readonly TaskType[],
  history: MetricHistory,
): Curriculum {
  if (curriculum.type === "fixed") {
    const fixed = proposer.type === "model" ? 0 : proposer.difficulty;
    const figures: Record<string, number> =
      proposer.type === "model" ? {} : { "curriculum/difficulty": fixed };
    return { difficulty: () => fixed, wanted: null, draw: null, finish: () => figures };
  }
  const steps = new Map(types.map((type) => [type, earlier(type, curriculum.window, history)]));
  const difficulty = (type: TaskType) => nextDifficulty(curriculum, steps.get(type) ?? []);
  return {
    difficulty,
    wanted: difficulty,
    draw: (type, tasks, count, random) => drawByDifficulty(tasks, difficulty(type), count, random),
    finish(answers) {
      const figures: Record<string, number> = {};
      let sum = 0;
      for (const [type, own] of steps) {
        const solved = answers.get(type) ?? [];
        const solveRate = solved.length === 0 ? null : solved.filter(Boolean).length / solved.length;
        const step = { difficulty: difficulty(type), solveRate };
        figures[difficultyName(type)] = step.difficulty;
        if (solveRate !== null) figures[solveRateName(type)] = solveRate;
        sum += step.difficulty;
        steps.set(type, [...own, step].slice(-curriculum.window));
      }
      figures["curriculum/difficulty"] = sum / types.length;
      return figures;
    },
  };
}

/** The last steps of a type as their figures tell; a step without a solve rate has none. */
function earlier(type: TaskType, window: number, history: MetricHistory): CurriculumStep[] {
  const rates = new Map(history(solveRateName(type), window).map(({ step, value }) => [step, value]));
  return history(difficultyName(type), window).flatMap(({ step, value }) =>
    value === null ? [] : [{ difficulty: value, solveRate: rates.get(step) ?? null }],
  );
}
