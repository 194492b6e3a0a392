import type { Strategy } from "../config/strategy.ts";
import type { Sample } from "../interfaces/generator.ts";
import type { TaskType } from "../interfaces/role.ts";
import { deriveSeed } from "../random/stream.ts";
import type { SelfPlayHooks } from "./hooks.ts";
import { type CheckCount, runOwnChecks } from "./own-checks.ts";
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
  strategy: Strategy;
  /** False where the same sample is tried anew under the next strategy. */
  final: boolean;
  /** Key of the answers to one prompt. */
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
  /** How many of its own checks hold; null where it has none. */
  checks: CheckCount | null;
}

/**
 * Answers every assignment and grades each answer as it comes: in one generation per strategy, the later ones
 * for what is not right yet. Result [assignment][attempt], by strategy.
 */
export async function solve(
  play: PlayContext,
  assignments: readonly Assignment[],
  step: number,
  hooks: SelfPlayHooks,
): Promise<SolveRollout[][]> {
  const { strategies } = play.config.selfplay;
  const attempts: SolveRollout[][] = assignments.map(() => []);
  let open: Open[] = assignments.map((assignment, index) => ({
    assignment,
    index,
    places: Array.from({ length: assignment.estimates + assignment.fresh }, (_, place) => place),
  }));
  for (const [turn, strategy] of strategies.entries()) {
    if (open.length === 0) break;
    const last = turn === strategies.length - 1;
    const answers = await attempt(play, open, { strategy, step, last }, hooks);
    for (const [i, { index }] of open.entries()) attempts[index]?.push(...(answers[i] ?? []));
    open = open
      .map((one, i) => ({
        ...one,
        places: one.places.filter((_, n) => answers[i]?.[n]?.grade.correct === false),
      }))
      .filter(({ places }) => places.length > 0);
  }
  return attempts;
}

/** A task with the samples, by their places, that are still to be drawn or not right yet. */
interface Open {
  assignment: Assignment;
  index: number;
  places: readonly number[];
}

interface Turn {
  strategy: Strategy;
  step: number;
  /** Whether no other strategy comes after it. */
  last: boolean;
}

/** One generation by one strategy: a sample for each open place. */
async function attempt(
  play: PlayContext,
  open: readonly Open[],
  { strategy, step, last }: Turn,
  hooks: SelfPlayHooks,
): Promise<SolveRollout[][]> {
  const { seed, selfplay } = play.config;
  // The direct strategy's draws have the keys of a run that knows no other.
  const own = strategy === "direct" ? [] : [strategy];
  const prompts = open.map(({ assignment: { type, task } }) =>
    TASK_KINDS[type].solvePrompt(task, play.style, strategy),
  );
  const requests = open.map(({ assignment: { type, id }, places }, i): RolloutRequest => {
    const prompt = prompts[i] as Prompt;
    return {
      role: "solve",
      type,
      opening: prompt.opening,
      prompt: play.tokenizer.encode(prompt.text, { prompt: true }),
      samples: places.length,
      stop: prompt.stop,
      seed: deriveSeed(seed, "solve", type, step, id, ...own),
      ...sampling(selfplay.solve),
    };
  });
  // Samples of a task that say the same are judged once.
  const judged = new Map<string, Promise<AnswerJudgement>>();
  const judge = (i: number, sample: Sample) => {
    const key = JSON.stringify([i, sample.finish === "stop", sample.text]);
    const known =
      judged.get(key) ??
      judgeAnswer(
        play,
        (open[i] as Open).assignment,
        { prompt: prompts[i] as Prompt, strategy, sample },
        hooks,
      );
    judged.set(key, known);
    return known;
  };
  const results = await rollOut(
    play.generator,
    requests,
    judge,
    { generating: "solve", judging: "grade" },
    hooks,
  );
  return results.map((group, i) => {
    const { assignment, places } = open[i] as Open;
    return group.map(({ sample, judgement }, index) => {
      const place = places[index] as number;
      return {
        assignment,
        strategy,
        final: last || judgement.grade.correct,
        group: ["solve", assignment.type, step, assignment.id, ...own].join("/"),
        prompt: prompts[i] as Prompt,
        promptTokens: requests[i]?.prompt ?? [],
        sample,
        estimate: place < assignment.estimates,
        trained: assignment.trains && (assignment.fresh === 0 || place >= assignment.estimates),
        ...judgement,
      };
    });
  });
}

/** What was read from an answer and what became of it. */
export type AnswerJudgement = Pick<SolveRollout, "formatted" | "answer" | "grade" | "checks">;

/** Reads a sample as an answer to a task and grades it; a test-driven one's own checks are run beside. */
export async function judgeAnswer(
  play: Pick<PlayContext, "style" | "executor">,
  { type, task }: Pick<Assignment, "type" | "task">,
  { prompt, strategy, sample }: { prompt: Prompt; strategy: Strategy; sample: Sample },
  hooks: Pick<SelfPlayHooks, "signal">,
): Promise<AnswerJudgement> {
  const { executor, style } = play;
  const response = { text: prompt.opening + sample.text, stopped: sample.finish === "stop" };
  const reading = style.readAnswer(type, response, strategy);
  if (!reading.ok) {
    const grade = { correct: false, rejection: reading.rejection, flags: [] };
    return { formatted: false, answer: null, grade, checks: null };
  }
  const answer = reading.value;
  const own = strategy === "test-driven" ? style.readChecks(response) : [];
  using _place = await executor.room(hooks.signal);
  const [grade, checks] = await Promise.all([
    TASK_KINDS[type].grade(task, answer, { executor, signal: hooks.signal }),
    runOwnChecks(type, task, answer, own, executor, hooks.signal),
  ]);
  return { formatted: reading.formatted && !breaksFormat(grade), answer, grade, checks };
}

function breaksFormat({ rejection }: Grade): boolean {
  return rejection !== null && FORMAT_REASONS.includes(rejection.reason);
}

/** Share of the estimates that came to a right answer; null when there are none: a single answer is no rate. */
export function solveRate(rollouts: readonly SolveRollout[]): number | null {
  const estimates = rollouts.filter((rollout) => rollout.estimate && rollout.final);
  if (estimates.length === 0) return null;
  return estimates.filter((rollout) => rollout.grade.correct).length / estimates.length;
}
