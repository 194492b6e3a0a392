import type { TaskType } from "../../interfaces/role.ts";
import { stream } from "../../random/stream.ts";
import type { TaskRecord } from "../../runs/records.ts";
import type { SelfPlayHooks } from "../hooks.ts";
import type { PlayContext } from "../play-context.ts";
import type { Proposal } from "../proposal.ts";
import { type ProposalPlan, validateProposal } from "../proposing.ts";
import type { TaskBuffers } from "../task-buffers.ts";
import type { Candidate } from "./candidate.ts";
import { writeTemplate } from "./template/proposal.ts";

/** A template's task with what execution said. No model wrote it: there is nothing to train on. */
export interface TemplateCandidate extends Candidate {
  origin: "template";
  proposal: Proposal;
}

/** Solve rate from which on a task counts as a success that programs may be built on. */
const SUCCESS = 0.5;

/** The plan's template tasks, validated in the sandbox like any other. In order of type and index. */
export async function proposeTemplates(
  play: PlayContext,
  buffers: TaskBuffers,
  plan: ProposalPlan,
  difficulty: (type: TaskType) => number,
  hooks: SelfPlayHooks,
): Promise<TemplateCandidate[]> {
  const { seed, selfplay } = play.config;
  const written = plan.types.flatMap((type) => {
    const successes = earlierSuccesses(buffers, type);
    return Array.from({ length: plan.count(type) }, (_, index) => ({
      type,
      ...writeTemplate({
        type,
        difficulty: difficulty(type),
        inductionInputs: selfplay.induction_inputs,
        successes,
        random: stream(seed, "template", type, ...plan.key, index),
      }),
    }));
  });
  return await Promise.all(
    written.map(async ({ type, proposal, parents }): Promise<TemplateCandidate> => {
      const { task, flags } = await validateProposal(play, type, proposal, hooks.signal);
      return { type, origin: "template", proposal, parents, task, flags };
    }),
  );
}

function earlierSuccesses(buffers: TaskBuffers, type: TaskType): TaskRecord[] {
  return buffers
    .of(type)
    .tasks()
    .filter(({ solveRate }) => solveRate !== null && solveRate >= SUCCESS);
}
