import { templateCount } from "../../config/template-share.ts";
import type { TaskType } from "../../interfaces/role.ts";
import type { SelfPlayHooks } from "../hooks.ts";
import type { PlayContext } from "../play-context.ts";
import { type ProposalPlan, type ProposalRollout, propose } from "../proposing.ts";
import type { TaskBuffers } from "../task-buffers.ts";
import type { Candidate } from "./candidate.ts";
import { proposeTemplates, type TemplateCandidate } from "./template-proposer.ts";

/** What was proposed, by whom. */
export interface Proposals {
  rollouts: ProposalRollout[];
  templates: TemplateCandidate[];
  /** Proposals of each type that no prompt could be made to fit for. */
  leftOut: ReadonlyMap<TaskType, number>;
}

/** The plan's proposals of the model and of the templates; these are validated while the model generates. */
export async function proposeAll(
  play: PlayContext,
  buffers: TaskBuffers,
  plan: ProposalPlan,
  difficulty: (type: TaskType) => number,
  hooks: SelfPlayHooks,
): Promise<Proposals> {
  const ofTemplates = (type: TaskType) =>
    templateCount(play.config.selfplay.proposer, type, plan.count(type));
  const [templates, { rollouts, leftOut }] = await Promise.all([
    proposeTemplates(play, buffers, { ...plan, count: ofTemplates }, difficulty, hooks),
    propose(play, buffers, { ...plan, count: (type) => plan.count(type) - ofTemplates(type) }, hooks),
  ]);
  return { rollouts, templates, leftOut };
}

/** Both kinds in one order, mixed evenly, so that neither comes first when only some are solved. */
export function interleaved({
  rollouts,
  templates,
}: Pick<Proposals, "rollouts" | "templates">): (ProposalRollout | TemplateCandidate)[] {
  const placed = [rollouts, templates].flatMap((all) =>
    [...Map.groupBy<TaskType, Candidate>(all, ({ type }) => type).values()].flatMap((own) =>
      own.map((candidate, index) => ({ candidate, at: (index + 0.5) / own.length })),
    ),
  );
  return placed.toSorted((a, b) => a.at - b.at).map(({ candidate }) => candidate) as (
    | ProposalRollout
    | TemplateCandidate
  )[];
}
