import type { Sample } from "../interfaces/generator.ts";
import type { TaskType } from "../interfaces/role.ts";
import { deriveSeed } from "../random/stream.ts";
import type { SelfPlayHooks } from "./hooks.ts";
import type { PlayContext } from "./play-context.ts";
import type { Prompt } from "./prompts/prompt.ts";
import type { ValidTask } from "./proposal.ts";
import { FORMAT_REASONS } from "./rejection.ts";
import { type RolloutRequest, rollOut } from "./rollout.ts";
import { sampling } from "./sampling.ts";
import { TASK_KINDS } from "./tasks/registry.ts";
import type { Grade } from "./tasks/task-kind.ts";

/** A task to be answered in this step: `estimates` samples for its solve rate and `fresh` ones besides. */
export interface Assignment {
  id: number;
  type: TaskType;
  task: ValidTask;
  estimates: number;
  fresh: number;
  /** Whether the solver trains on it: on its fresh samples where it has some, else on its estimates. */
  trains: boolean;
}

/** One answer to a task. */
export interface SolveRollout {
  assignment: Assignment;
  /** Key of the answers to one task. */
  group: string;
  prompt: Prompt;
  promptTokens: readonly number[];
  sample: Sample;
  /** True for the samples that the solve rate is estimated from. */
  estimate: boolean;
  /** True for the samples that the solver trains on. */
  trained: boolean;
  formatted: boolean;
  answer: string | null;
  grade: Grade;
}

/** Answers every assignment in one generation and grades each answer as it comes. Result [assignment][sample]. */
export async function solve(
  play: PlayContext,
  assignments: readonly Assignment[],
  step: number,
  hooks: SelfPlayHooks,
): Promise<SolveRollout[][]> {
  const { seed, selfplay } = play.config;
  const prompts = assignments.map(({ type, task }) => TASK_KINDS[type].solvePrompt(task, play.style));
  const requests = assignments.map((assignment, i): RolloutRequest => {
    const prompt = prompts[i] as Prompt;
    return {
      role: "solve",
      type: assignment.type,
      opening: prompt.opening,
      prompt: play.tokenizer.encode(prompt.text, { prompt: true }),
      samples: assignment.estimates + assignment.fresh,
      stop: prompt.stop,
      seed: deriveSeed(seed, "solve", assignment.type, step, assignment.id),
      ...sampling(selfplay.solve),
    };
  });
  const judge = (i: number, sample: Sample) =>
    judgeAnswer(play, assignments[i] as Assignment, (prompts[i] as Prompt).opening, sample, hooks);
  const results = await rollOut(
    play.generator,
    requests,
    judge,
    { generating: "solve", judging: "grade" },
    hooks,
  );
  return results.map((group, i) => {
    const assignment = assignments[i] as Assignment;
    return group.map(({ sample, judgement }, index) => ({
      assignment,
      group: ["solve", assignment.type, step, assignment.id].join("/"),
      prompt: prompts[i] as Prompt,
      promptTokens: requests[i]?.prompt ?? [],
      sample,
      estimate: index < assignment.estimates,
      trained: assignment.trains && (assignment.fresh === 0 || index >= assignment.estimates),
      ...judgement,
    }));
  });
}

async function judgeAnswer(
  play: PlayContext,
  { type, task }: Assignment,
  opening: string,
  sample: Sample,
  hooks: SelfPlayHooks,
): Promise<Pick<SolveRollout, "formatted" | "answer" | "grade">> {
  const response = { text: opening + sample.text, stopped: sample.finish === "stop" };
  const reading = play.style.readAnswer(type, response);
  if (!reading.ok) {
    const grade = { correct: false, rejection: reading.rejection, flags: [] };
    return { formatted: false, answer: null, grade };
  }
  const grade = await TASK_KINDS[type].grade(task, reading.value, {
    executor: play.executor,
    signal: hooks.signal,
  });
  return { formatted: reading.formatted && !breaksFormat(grade), answer: reading.value, grade };
}

function breaksFormat({ rejection }: Grade): boolean {
  return rejection !== null && FORMAT_REASONS.includes(rejection.reason);
}

/** Share of right answers among the estimates; null when there are none: a single answer is no rate. */
export function solveRate(rollouts: readonly SolveRollout[]): number | null {
  const estimates = rollouts.filter((rollout) => rollout.estimate);
  if (estimates.length === 0) return null;
  return estimates.filter((rollout) => rollout.grade.correct).length / estimates.length;
}
