import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Curves } from "../parts/curves.ts";
import type { Difficulty } from "./difficulty.ts";
import type { ProblemSet } from "./problem-sets.ts";

/** What a model answered to a set's problems, in their order. */
export interface Answers {
  /** Of each problem. */
  samples: number;
  /** How many of them are right, problem by problem. */
  right: number[];
  /** How many of all answers begin with a thought, by group. */
  thoughts: Record<string, number>;
}
/** By set, and by the way they were drawn: `greedy`, `sampled at 1`. */
export type AnswersBySet = { [set in ProblemSet["name"]]: Record<string, Answers> };

export interface Problem {
  id: string;
  group: string;
  /** Whether the warm start had its computation in another writing. */
  twin: boolean;
}

/** A run and what was measured of it. */
export interface Played {
  variant: string;
  seed: number;
  /** As `--set` writes it, beyond the preset. */
  settings: readonly string[];
  /** Of all its settings, see recipe.ts. */
  recipe: string;
  /** Day and machine. */
  made: string;
  answers: AnswersBySet;
  /** The figures that tables and picture are made of. */
  curves: Curves;
  /** Deductions of a set whose computation was among the run's own tasks. */
  met: Record<string, number>;
  /** Share of different skeletons among the last tasks, by type. */
  skeletons: Record<string, number>;
  /** Of runs that are looked at themselves. */
  difficulty?: Difficulty;
}

/** All that tables and picture are made of, and that a later call adds to. */
export interface Results {
  /** Of weights, problems and judges, see recipe.ts. */
  basis: string;
  problems: { [set in ProblemSet["name"]]: Problem[] };
  /** Of the model as it comes. */
  start: AnswersBySet;
  runs: Played[];
}

/** What an earlier call left; null where there is none. */
export function readResults(path: string): Results | null {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Results) : null;
}

export function writeResults(path: string, results: Results): void {
  const lines = results.runs.map((run) => JSON.stringify(run)).join(",\n");
  const { runs: _, ...rest } = results;
  const head = JSON.stringify(rest).slice(0, -1);
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, `${head},"runs":[\n${lines}\n]}\n`);
  renameSync(part, path);
}
