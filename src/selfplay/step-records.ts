import type { Config } from "../config/schema.ts";
import type { Sample } from "../interfaces/generator.ts";
import type { Role } from "../interfaces/role.ts";
import type { Trajectory } from "../interfaces/trajectory.ts";
import type { TaskRecord } from "../runs/records.ts";
import type { NumberedTask, Standing } from "./admission.ts";
import type { RolloutDraft } from "./outcome.ts";
import { checksText } from "./own-checks.ts";
import { programKey } from "./program-key.ts";
import type { Proposal } from "./proposal.ts";
import type { ProposalRollout } from "./proposing.ts";
import { type RewardComponents, total } from "./rewards/components.ts";
import { learnability } from "./rewards/learnability.ts";
import { type ProposalOutcome, proposerReward } from "./rewards/proposer-reward.ts";
import { solverReward } from "./rewards/solver-reward.ts";
import type { ProposalFigures } from "./rewards/term.ts";
import type { SolveRollout } from "./solving.ts";

type Rules = Config["rewards"];

/** A step's rollouts with their rewards, and the trajectories among them. */
export class StepRecords {
  readonly rollouts: RolloutDraft[] = [];
  readonly trajectories: Trajectory[] = [];

  constructor(
    private readonly step: number,
    private readonly rules: Rules,
    /** At which the samples of each role were drawn. */
    private readonly temperatures: Readonly<Record<Role, number>>,
    /** Whether proposals are trained on. */
    private readonly trainsProposals: boolean,
  ) {}

  /**
   * `solveRates` holds one rate for every task that a proposal stands for, by id; `figures` are those of a valid
   * proposal.
   */
  addProposal(
    { rollout, task, rejection, repeats }: Standing<ProposalRollout>,
    solveRates: ReadonlyMap<number, number | null>,
    figures: ProposalFigures,
  ): void {
    const { formatted } = rollout;
    const components = proposerReward(rollout.type, proposalOutcome(rollout.proposal, task), this.rules);
    this.add(
      {
        role: "propose",
        type: rollout.type,
        taskId: task?.id ?? null,
        group: rollout.group,
        prompt: rollout.prompt.text,
        response: rollout.sample.text,
        answer: rollout.proposal && proposalText(rollout.proposal),
        verdict: rejection?.reason ?? "ok",
        detail: rejection?.detail ?? "",
        flags: rollout.flags,
        programKey: programKey(rollout),
        strategy: null,
      },
      rollout,
      components,
      this.trainsProposals,
    );

    function proposalOutcome(proposal: Proposal | null, standing: NumberedTask | null): ProposalOutcome {
      if (!proposal) return { kind: "malformed", formatted };
      if (!standing) return { kind: repeats ? "repeat" : "invalid", formatted };
      return { kind: "valid", formatted, repeats, solveRate: solveRates.get(standing.id) ?? 0, figures };
    }
  }

  addAnswer(rollout: SolveRollout): void {
    const { correct, rejection } = rollout.grade;
    const { assignment, formatted, answer } = rollout;
    const components = solverReward(
      assignment.type,
      { formatted, correct, found: answer !== null },
      this.rules,
    );
    this.add(
      {
        role: "solve",
        type: assignment.type,
        taskId: assignment.id,
        group: rollout.group,
        prompt: rollout.prompt.text,
        response: rollout.sample.text,
        answer,
        verdict: rejection?.reason ?? "ok",
        detail: [rejection?.detail, rollout.checks && checksText(rollout.checks)].filter(Boolean).join("; "),
        flags: rollout.grade.flags,
        programKey: null,
        strategy: rollout.strategy,
      },
      rollout,
      components,
      rollout.trained,
    );
  }

  private add(
    draft: Pick<
      RolloutDraft,
      | "role"
      | "type"
      | "taskId"
      | "group"
      | "prompt"
      | "response"
      | "answer"
      | "verdict"
      | "detail"
      | "flags"
      | "programKey"
      | "strategy"
    >,
    { promptTokens, sample }: { promptTokens: readonly number[]; sample: Sample },
    components: RewardComponents,
    trained: boolean,
  ): void {
    const reward = total(components);
    const learns = trained && sample.tokens.length > 0;
    const temperature = this.temperatures[draft.role];
    // A greedy sample came from no distribution: it is learnt under the plain one.
    const logProbabilities = temperature > 0 ? sample.temperedLogProbabilities : sample.logProbabilities;
    this.rollouts.push({
      ...draft,
      step: this.step,
      reward,
      components,
      promptTokens: promptTokens.length,
      responseTokens: sample.tokens.length,
      logProbability: mean(logProbabilities),
      finish: sample.finish,
      trajectory: learns ? this.trajectories.length : null,
    });
    if (!learns) return;
    this.trajectories.push({
      promptTokens,
      responseTokens: sample.tokens,
      temperature,
      logProbabilities,
      reward,
      role: draft.role,
      type: draft.type,
      group: draft.group,
    });
  }
}

/** Null of no value, and of one that is not finite. */
function mean(values: Float32Array): number | null {
  const value = values.reduce((sum, one) => sum + one, 0) / values.length;
  return Number.isFinite(value) ? value : null;
}

/** The record of a new task, whose solve rate was estimated in its step and which was `drawn` for the solver or not, after which the buffer takes it or not. */
export function admittedRecord(
  { id, type, origin, task, parents, fingerprint, skeleton }: NumberedTask,
  step: number,
  { solveRate, drawn }: { solveRate: number; drawn: boolean },
  { rewards, selfplay }: Pick<Config, "rewards" | "selfplay">,
): TaskRecord {
  return {
    id,
    type,
    origin,
    step,
    program: task.program,
    inputs: task.inputs,
    outputs: task.outputs,
    message: task.message,
    parents: [...parents],
    learnability: learnability(solveRate, rewards.learnability),
    solveRate,
    timesDrawn: drawn ? 1 : 0,
    fingerprint,
    skeleton,
    evictedStep: enters(solveRate, selfplay.buffer.admit) ? null : step,
  };
}

function enters(solveRate: number, rule: Config["selfplay"]["buffer"]["admit"]): boolean {
  if (rule === "learnable") return solveRate > 0 && solveRate < 1;
  return rule === "valid" || solveRate < 1;
}

/** A proposal as one readable text: the program, its calls, and the message. */
function proposalText({ program, inputs, message, answer }: Proposal): string {
  if (answer !== undefined) return `${program}\n\nAnswer: ${answer}`;
  const calls = inputs.map((input) => `f(${input})`).join("\n");
  return `${program}\n\n${calls}${message === null ? "" : `\n# ${message.replaceAll("\n", "\n# ")}`}`;
}
