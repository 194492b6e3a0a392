import { duration, moment, percent, shortNumber } from "../../pages/numbers.ts";
import type { RunData } from "./run-data.ts";
import { isRate, scoresOf } from "./scores.ts";

/** A line of the summary: what it is and its value in words. */
export type KeyFigure = readonly [label: string, value: string];

/** What a run is and where it stands. */
export function keyFigures({ status, config, figures, supervised, ...run }: RunData): KeyFigure[] {
  const seconds = values(figures.get("seconds/step"));
  const total = seconds.reduce((sum, value) => sum + value, 0);
  const tokens = sum(values(figures.get(supervised ? "update/tokens" : "generation/tokens")));
  const { algorithm } = config.training;
  const own = run.taskCounts.filter(({ origin }) => origin !== "seed");
  const kept = sum(own.map((count) => count.kept));
  const proposed = kept + sum(own.map(({ evicted }) => evicted));
  return [
    ["State", status.reason ? `${status.state}: ${status.reason}` : status.state],
    ["Steps", `${status.step} of ${status.totalSteps}`],
    ["Model", config.model.source],
    ["Algorithm", `${algorithm.type}, ${config.adapter.type === "lora" ? "LoRA" : "every weight"}`],
    ["Time in steps", total > 0 ? duration(total) : "none yet"],
    ["A step (median)", seconds.length > 0 ? duration(median(seconds)) : "none yet"],
    [supervised ? "Tokens learnt from" : "Tokens generated", shortNumber(tokens)],
    ...(supervised
      ? []
      : ([
          ["Rollouts", shortNumber(run.rolloutCount)],
          ["Tasks proposed", shortNumber(proposed)],
          ["of them in the buffers", shortNumber(kept)],
        ] as const)),
    ["Begun", moment(status.createdAt)],
    ["Last active", moment(status.activeAt)],
    ...lastScores(run.evaluations),
  ];
}

/** The last score of each benchmark. */
function lastScores(evaluations: RunData["evaluations"]): KeyFigure[] {
  const last = new Map(evaluations.map((evaluation) => [evaluation.benchmark, evaluation]));
  return [...last.values()].flatMap((evaluation) =>
    scoresOf(evaluation)
      .filter(isRate)
      .map(({ name, value }) => [`${evaluation.benchmark} ${name}`, percent(value)] as const),
  );
}

/** How a curve moved: the mean over its first quarter of steps and over its last. */
export interface Trend {
  name: string;
  first: number;
  last: number;
  share: boolean;
}

const TRENDS =
  /^(?:(?:propose|solve)\/[^/]+\/reward|solve\/[^/]+\/solve_rate|propose\/[^/]+\/(?:validity|learnability)|(?:update|validation)\/loss|update\/entropy)$/;

export function trends({ figures }: RunData): Trend[] {
  return [...figures].flatMap(([name, points]) => {
    const present = values(points.filter(({ step }) => step > 0));
    if (!TRENDS.test(name) || present.length === 0) return [];
    const part = Math.max(1, Math.floor(present.length / 4));
    const share = /(solve_rate|validity)$/.test(name);
    return { name, first: mean(present.slice(0, part)), last: mean(present.slice(-part)), share };
  });
}

export const shownTrend = (value: number, share: boolean): string =>
  share ? percent(value) : shortNumber(value);

function values(points: readonly { value: number | null }[] = []): number[] {
  return points.flatMap(({ value }) => (value === null ? [] : [value]));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0);
const mean = (numbers: readonly number[]) => sum(numbers) / numbers.length;
const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? 0;
