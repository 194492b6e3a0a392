import { deriveSeed, type KeyPart } from "../random/stream.ts";
import type { SelfPlayHooks, SelfPlayPhase } from "./hooks.ts";
import type { PlayContext } from "./play-context.ts";
import type { Prompt } from "./prompts/prompt.ts";
import type { ValidTask } from "./proposal.ts";
import type { ProposalRollout } from "./proposing.ts";
import { rejected } from "./rejection.ts";
import { type RolloutRequest, rollOut } from "./rollout.ts";
import { sampling } from "./sampling.ts";
import { gradePairs, shownPairs } from "./tasks/induction.ts";
import type { Grade } from "./tasks/task-kind.ts";

interface Checked {
  rollout: ProposalRollout;
  task: ValidTask;
  prompt: Prompt;
}

/**
 * Turns down valid inductions whose message does not lead to the program (`selfplay.check_messages`): the model itself
 * answers once, greedily, by the message and one pair, or by all that its solver will see, and the program that it
 * writes has to give every pair; where it does not, the answer is told with the reason. The proposals come back in their order.
 */
export async function checkMessages(
  play: PlayContext,
  rollouts: readonly ProposalRollout[],
  key: readonly KeyPart[],
  phases: { generating: SelfPlayPhase; judging: SelfPlayPhase | null },
  hooks: SelfPlayHooks,
): Promise<ProposalRollout[]> {
  const { seed, selfplay } = play.config;
  if (selfplay.check_messages === "none") return [...rollouts];
  const checked = rollouts.flatMap((rollout): Checked[] => {
    if (rollout.type !== "induction" || !rollout.task.ok) return [];
    const task = rollout.task.value;
    return [{ rollout, task, prompt: messagePrompt(play, task) }];
  });
  if (checked.length === 0) return [...rollouts];
  const requests = checked.map(
    ({ prompt }, index): RolloutRequest => ({
      role: "solve",
      type: "induction",
      opening: prompt.opening,
      prompt: play.tokenizer.encode(prompt.text, { prompt: true }),
      samples: 1,
      stop: prompt.stop,
      seed: deriveSeed(seed, "message", ...key, index),
      ...sampling(selfplay.solve),
      temperature: 0,
    }),
  );
  const judge = async (
    request: number,
    { text, finish }: { text: string; finish: string },
  ): Promise<Grade & { wrote: string }> => {
    const { task, prompt } = checked[request] as Checked;
    const response = { text: prompt.opening + text, stopped: finish === "stop" };
    const reading = play.style.readAnswer("induction", response);
    if (!reading.ok) return { correct: false, rejection: reading.rejection, flags: [], wrote: response.text };
    const grade = await gradePairs(task, reading.value, 0, { executor: play.executor, signal: hooks.signal });
    return { ...grade, wrote: reading.value };
  };
  const results = await rollOut(play.generator, requests, judge, phases, hooks);
  const grades = new Map(checked.map(({ rollout }, i) => [rollout, results[i]?.[0]?.judgement]));
  return rollouts.map((rollout) => {
    const grade = grades.get(rollout);
    if (!grade) return rollout;
    const flags = [...new Set([...rollout.flags, ...grade.flags])];
    if (grade.correct) return { ...rollout, flags };
    const { reason = "wrong", detail = "" } = grade.rejection ?? {};
    const why = `the model's own answer to it: ${reason}${detail && `, ${detail}`}; it wrote ${written(grade.wrote)}`;
    return { ...rollout, flags, task: rejected("message-unconfirmed", why) };
  });
}

/** Characters of an answer that are told. */
const TOLD = 400;

/** An answer on one line. */
function written(text: string): string {
  return JSON.stringify(text.length > TOLD ? `${text.slice(0, TOLD)}...` : text);
}

/** The solver's prompt for the task, with its first pair alone where only the message is to be tried. */
function messagePrompt({ style, config }: PlayContext, task: ValidTask): Prompt {
  const pairs = config.selfplay.check_messages === "message" ? 1 : shownPairs(task);
  const [inputs, outputs] = [task.inputs.slice(0, pairs), task.outputs.slice(0, pairs)];
  return style.solve("induction", { program: "", inputs, outputs, message: task.message });
}
