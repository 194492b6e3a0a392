import type { PromptStyleName } from "../config/prompt-style.ts";
import type { Config } from "../config/schema.ts";
import type { Generator } from "../interfaces/generator.ts";
import { TASK_TYPES, type TaskType } from "../interfaces/role.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import { stream } from "../random/stream.ts";
import type { TaskRecord } from "../runs/records.ts";
import type { Executor } from "../sandbox/executor.ts";
import { type Admission, admit } from "./admission.ts";
import { assign } from "./assignments.ts";
import { measuredAnswers } from "./curriculum/answers.ts";
import { createCurriculum, type MetricHistory } from "./curriculum/curriculum.ts";
import { ExperienceBuffer, type Solution } from "./experience-buffer.ts";
import type { SelfPlayHooks } from "./hooks.ts";
import { stepMetrics, tally } from "./metrics.ts";
import type { SeedOutcome, StepOutcome, TaskUpdate } from "./outcome.ts";
import type { PlayContext } from "./play-context.ts";
import { programFigures } from "./program-figures.ts";
import { promptStyle } from "./prompts/registry.ts";
import { ProposalFigurer } from "./proposal-figurer.ts";
import type { Candidate } from "./proposers/candidate.ts";
import { interleaved, proposeAll } from "./proposers/proposers.ts";
import { shuffled } from "./rewards/shuffle.ts";
import type { ProposalFigures } from "./rewards/term.ts";
import { collectSeeds } from "./seeding.ts";
import { checkPromptLimit } from "./shortest-prompt.ts";
import { type SolveRollout, solve, solveRate } from "./solving.ts";
import { admittedRecord, StepRecords } from "./step-records.ts";
import { flagSuspicious } from "./suspicious-words.ts";
import { TaskBuffers } from "./task-buffers.ts";

/** What self-play goes on from when a run is resumed: what the run's database holds of the steps before. */
export interface TaskStore {
  /** Every task of the run, ascending by id. */
  tasks(): readonly TaskRecord[];
  /** Figures of the steps before; none when absent. */
  metrics?: MetricHistory;
  /** The last `count` different verified solutions, in the order in which they were found; none when absent. */
  solutions?(count: number): readonly Solution[];
}

export interface SelfPlayOptions {
  config: Config;
  generator: Generator;
  executor: Executor;
  tokenizer: Tokenizer;
  store: TaskStore;
  /** The prompt style that the model's files name, for selfplay.prompt auto. */
  ownStyle?: PromptStyleName | null;
}

/** Proposes, validates, solves and grades. Knows nothing of training: it yields rewarded trajectories. */
export interface SelfPlay {
  /** Fills empty buffers before step 1; yields nothing when the store already holds tasks. */
  seed(hooks?: SelfPlayHooks): Promise<SeedOutcome>;
  /**
   * One step, counted from 1. The buffers change only when it resolves; the caller stores the outcome in one
   * transaction. Rejects with the signal's reason when it is aborted.
   */
  step(step: number, hooks?: SelfPlayHooks): Promise<StepOutcome>;
}

/** Self-play by the settings, going on from the store. Raises ConfigError where a prompt can never fit. */
export function createSelfPlay({ store, ownStyle = null, ...parts }: SelfPlayOptions): SelfPlay {
  const { seed, selfplay, rewards, signals } = parts.config;
  const play: PlayContext = { ...parts, style: promptStyle(selfplay.prompt, ownStyle) };
  checkPromptLimit(play);
  const types = TASK_TYPES.filter((type) => selfplay.tasks.includes(type));
  const curriculum = createCurriculum(selfplay, types, store.metrics ?? (() => []));
  const { coefficient, capacity } = selfplay.experience;
  const kept = coefficient > 0 ? (store.solutions?.(capacity) ?? []) : [];
  const experience = new ExperienceBuffer(selfplay.experience, seed, parts.tokenizer, kept);
  const known = store.tasks();
  const buffers = new TaskBuffers(types, parts.config, known);
  const figurer = new ProposalFigurer(rewards, buffers, known);
  const sizes = () => new Map(types.map((type) => [type, buffers.of(type).size]));

  return {
    async seed(hooks = {}) {
      if (types.some((type) => buffers.of(type).size > 0)) return { tasks: [], evicted: [], metrics: {} };
      hooks.onPhase?.("seed");
      const tasks = await collectSeeds(play, curriculum.difficulty, hooks);
      for (const task of tasks) buffers.add(task);
      return {
        tasks,
        evicted: buffers.takeEvicted(),
        metrics: Object.fromEntries([...sizes()].map(([type, size]) => [`buffer/${type}/tasks`, size])),
      };
    },

    async step(step, hooks = {}) {
      const { wanted } = curriculum;
      const plan = {
        types,
        count: () => selfplay.proposals,
        key: ["step", step],
        ...(wanted ? { wanted } : {}),
      };
      const proposed = await proposeAll(play, buffers, plan, curriculum.difficulty, hooks);
      const { rollouts: proposals, templates, leftOut } = proposed;
      const candidates = interleaved(proposed);
      const programs = await programFigures(play, buffers, candidates, hooks.signal);
      const admission = admit(candidates, buffers, selfplay, programs);
      const assignments = assign(play, buffers, admission, types, step, curriculum.draw);
      const answers = await solve(play, assignments, step, hooks);
      const drawn = new Set(assignments.flatMap(({ id, trains }) => (trains ? [id] : [])));
      const rates = new Map(answers.map((group) => [taskOf(group), solveRate(group)]));

      const temperatures = {
        propose: selfplay.propose.temperature,
        solve: selfplay.solve.temperature,
      };
      const records = new StepRecords(step, rewards, temperatures, selfplay.train_roles.includes("propose"));
      const figures = figurer.figuresOf(admission.standings, programs, step);
      for (const [i, { rollout, ...standing }] of admission.standings.entries()) {
        if (rollout.origin !== "proposed") continue;
        records.addProposal({ rollout, ...standing }, rates, figures[i] as ProposalFigures);
      }
      for (const answer of answers.flat()) records.addAnswer(answer);
      const examples = experience.sample(step);
      experience.add(records.rollouts);
      const tasks = admission.admitted.map((task) =>
        admittedRecord(
          task,
          step,
          { solveRate: rates.get(task.id) ?? 0, drawn: drawn.has(task.id) },
          parts.config,
        ),
      );
      const rollouts = flagSuspicious(records.rollouts, signals.suspicious_words);
      const taskUpdates = updates(buffers, rates, drawn);
      for (const { id, ...change } of taskUpdates)
        for (const type of types) buffers.of(type).update(id, change);
      for (const task of tasks) buffers.add(task);
      figurer.learn(tasks);

      return {
        trajectories: rewards.shuffle
          ? shuffled(records.trajectories, stream(seed, "shuffle", step))
          : records.trajectories,
        experience: examples,
        rollouts,
        tasks,
        taskUpdates,
        evicted: buffers.takeEvicted(),
        metrics: {
          ...stepMetrics({
            types,
            rollouts,
            proposals,
            leftOut,
            answers: answers.flat(),
            admitted: countByType(tasks, types),
            newSolveRates: newSolveRates(admission, types, rates),
            bufferSizes: sizes(),
          }),
          ...templateMetrics(types, templates),
          ...(coefficient > 0 ? { "experience/solutions": experience.size } : {}),
          ...curriculum.finish(measuredAnswers(selfplay, types, admission, answers.flat())),
        },
        flags: tally([...rollouts, ...templates].flatMap(({ flags }) => flags)),
      };
    },
  };
}

function taskOf(group: readonly SolveRollout[]): number {
  return group[0]?.assignment.id ?? 0;
}

/** Solve rate of each task that was solved in this step; null where no estimate was drawn. */
type SolveRates = ReadonlyMap<number, number | null>;

/** New figures of the earlier tasks that were solved. */
function updates(buffers: TaskBuffers, rates: SolveRates, drawn: ReadonlySet<number>): TaskUpdate[] {
  return [...rates]
    .flatMap(([id, rate]) => {
      const task = buffers.find(id);
      if (!task) return [];
      const timesDrawn = task.timesDrawn + (drawn.has(id) ? 1 : 0);
      return [{ id, solveRate: rate ?? task.solveRate, timesDrawn }];
    })
    .sort((a, b) => a.id - b.id);
}

/** New tasks of each type that the buffers took. */
function countByType(tasks: readonly TaskRecord[], types: readonly TaskType[]): Map<TaskType, number> {
  const taken = (type: TaskType) =>
    tasks.filter((task) => task.type === type && task.evictedStep !== task.step);
  return new Map(types.map((type) => [type, taken(type).length]));
}

function newSolveRates(
  { admitted }: Admission,
  types: readonly TaskType[],
  rates: SolveRates,
): Map<TaskType, number[]> {
  return new Map(
    types.map((type) => [
      type,
      admitted.filter((task) => task.type === type).map((task) => rates.get(task.id) ?? 0),
    ]),
  );
}

/** What the templates wrote: `propose/<type>/templates`, and the share of them that execution confirmed. */
function templateMetrics(
  types: readonly TaskType[],
  templates: readonly Candidate[],
): Record<string, number> {
  return Object.fromEntries(
    types.flatMap((type) => {
      const own = templates.filter((template) => template.type === type);
      if (own.length === 0) return [];
      const valid = own.filter(({ task }) => task.ok).length;
      return [
        [`propose/${type}/templates`, own.length],
        [`propose/${type}/template_validity`, valid / own.length],
      ];
    }),
  );
}
