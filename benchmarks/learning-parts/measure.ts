import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { EvaluationResult } from "../../src/evaluation/result.ts";
import type { SampleRecord } from "../../src/evaluation/sample-record.ts";
import { PART_TAGS } from "../../src/selfplay/prompts/tagged/tags.ts";
import { makeAllSteps, score } from "../parts/command-line.ts";
import type { ProblemSet } from "./problem-sets.ts";
import { sourcesOf } from "./recipe.ts";
import type { Answers, AnswersBySet } from "./results.ts";
import { trainSupervised } from "./supervised.ts";
import type { Variant } from "./variants.ts";

/** How answers are drawn. */
export interface Drawing {
  name: string;
  options: readonly string[];
}

const at = (temperature: number): Drawing => ({
  name: `sampled at ${temperature}`,
  options: ["--samples", "4", "--temperature", String(temperature)],
});
export const GREEDY: Drawing = { name: "greedy", options: [] };
export const SAMPLED: Drawing = at(1);
/** Temperatures that the start model is measured at besides: what it does there, learning may merely bring out. */
export const TEMPERATURES = [0.2, 0.4, 0.6, 0.8, 1.2, 1.5] as const;
export const ELSEWHERE: readonly Drawing[] = TEMPERATURES.map(at);

/**
 * A model's answers to each set: greedily, and to those with programs of their own in the other ways too. Samples are
 * drawn by the run's seed, the start model's by another.
 */
export async function answersOf(
  work: string,
  model: string,
  { sets, sampled, seed }: { sets: readonly ProblemSet[]; sampled: readonly Drawing[]; seed: number },
): Promise<AnswersBySet> {
  const answers: [string, Record<string, Answers>][] = [];
  for (const set of sets) {
    const own: Record<string, Answers> = {};
    for (const drawing of [GREEDY, ...(set.computations ? sampled : [])]) {
      const options = [...set.options, ...drawing.options, "--seed", String(seed)];
      const result = await score(work, model, { ...set, options });
      // Right answers are kept in the problems' order alone.
      const [asked, judged] = [set.problems, result.outcomes].map((all) => all.map(({ id }) => id));
      if (!Bun.deepEquals(asked, judged))
        throw new Error(`${set.name}: not all problems were judged, or others`);
      own[drawing.name] = countsOf(work, result);
    }
    answers.push([set.name, own]);
  }
  return Object.fromEntries(answers) as AnswersBySet;
}

function countsOf(work: string, { outcomes, samplesFile }: EvaluationResult): Answers {
  const groups = new Map(outcomes.map(({ id, group }) => [id, group ?? ""]));
  const thoughts: Record<string, number> = {};
  for (const line of readFileSync(resolve(work, samplesFile), "utf8").trimEnd().split("\n")) {
    const { task_id, completion } = JSON.parse(line) as SampleRecord;
    const group = groups.get(task_id);
    if (group !== undefined && completion.startsWith(PART_TAGS.thought))
      thoughts[group] = (thoughts[group] ?? 0) + 1;
  }
  return { samples: outcomes[0]?.samples ?? 0, right: outcomes.map(({ passed }) => passed), thoughts };
}

export interface Training {
  seed: number;
  /** As `--set` writes them, beyond the preset. */
  settings: readonly string[];
}

const runOf = (work: string, variant: Variant, seed: number) => join(work, `${variant.name}-${seed}`);

/** A run of a variant with a seed: made, or gone on with where it was left. Its directory. */
export async function train(work: string, variant: Variant, { seed, settings }: Training): Promise<string> {
  const run = runOf(work, variant, seed);
  if (variant.kind === "reference") await trainSupervised(work, run, seed);
  else await makeAllSteps(work, run, sourcesOf(variant, settings, seed));
  return run;
}
