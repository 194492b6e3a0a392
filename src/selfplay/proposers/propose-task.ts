import * as v from "valibot";
import type { PromptStyleName } from "../../config/prompt-style.ts";
import { type ConfigInput, ConfigSchema } from "../../config/schema.ts";
import { TEMPLATE_TYPES } from "../../config/task-type.ts";
import { ConfigError } from "../../errors/index.ts";
import type { Generator } from "../../interfaces/generator.ts";
import type { TaskType } from "../../interfaces/role.ts";
import type { Tokenizer } from "../../interfaces/tokenizer.ts";
import { stream } from "../../random/stream.ts";
import { newTask } from "../../runs/new-task.ts";
import type { TaskRecord } from "../../runs/records.ts";
import type { Executor } from "../../sandbox/executor.ts";
import type { PromptStyle } from "../prompts/prompt.ts";
import { promptStyle } from "../prompts/registry.ts";
import type { Proposal, ValidTask } from "../proposal.ts";
import { propose } from "../proposing.ts";
import type { Reading } from "../rejection.ts";
import { identityTasks } from "../seed-record.ts";
import { checkProposerPrompt } from "../shortest-prompt.ts";
import { TaskBuffers } from "../task-buffers.ts";
import { TASK_KINDS } from "../tasks/registry.ts";
import { writeTemplate } from "./template/proposal.ts";

/** A model that writes or solves tasks. */
export interface TaskModel {
  generator: Generator;
  tokenizer: Tokenizer;
  /** The prompt style that its files name; tasks are put to others in compact prompts unless a setting says otherwise. */
  ownStyle?: PromptStyleName | null;
}

export interface ProposeOptions {
  /** In 0..1. A model is shown references of it, and the full prompt names it. */
  difficulty: number;
  executor: Executor;
  /** Every draw derives from it. */
  seed?: number;
  /**
   * Earlier tasks: the model's references, drawn by a last solve rate near 1 - difficulty, or what templates may build
   * on. When absent a model is shown template tasks of the difficulty.
   */
  references?: readonly TaskRecord[];
  /** Settings of self-play: prompt, sampling, forbidden modules and the like. */
  selfplay?: NonNullable<ConfigInput["selfplay"]>;
  signal?: AbortSignal;
}

/** A proposal and what became of it. */
export interface ProposedTask {
  type: TaskType;
  origin: "proposed" | "template";
  /** What was read before execution; null where nothing could be. */
  proposal: Proposal | null;
  /** The task with its outputs, or why there is none. */
  task: Reading<ValidTask>;
  /** What the model wrote after the opening of its prompt; null of a template. */
  response: string | null;
  flags: readonly string[];
}

/**
 * One task of a type and a difficulty, validated in the sandbox: by the model, or by templates where `model` is
 * null. Throws ConfigError for a type that templates cannot write.
 */
export async function proposeTask(
  model: TaskModel | null,
  type: TaskType,
  options: ProposeOptions,
): Promise<ProposedTask> {
  const [task] = await proposeTasks(model, type, 1, options);
  return task as ProposedTask;
}

/** `count` proposals in one go; see `proposeTask`. */
export async function proposeTasks(
  model: TaskModel | null,
  type: TaskType,
  count: number,
  options: ProposeOptions,
): Promise<ProposedTask[]> {
  const { difficulty } = options;
  if (!(difficulty >= 0 && difficulty <= 1))
    throw new ConfigError(`a difficulty is a number from 0 to 1, not ${difficulty}`);
  return await (model ? byModel(model, type, count, options) : byTemplates(type, count, options));
}

async function byTemplates(type: TaskType, count: number, options: ProposeOptions): Promise<ProposedTask[]> {
  if (!TEMPLATE_TYPES.includes(type)) {
    throw new ConfigError(`templates write ${TEMPLATE_TYPES.join(", ")} tasks, not ${type}`, {
      mend: "Name a model with --model: it then writes them.",
    });
  }
  const { difficulty, executor, seed = 0, references: successes = [], signal } = options;
  const { selfplay } = settings(options);
  return await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { proposal } = writeTemplate({
        type,
        difficulty,
        inductionInputs: selfplay.induction_inputs,
        successes,
        random: stream(seed, "template", type, index),
      });
      using _place = await executor.room(signal);
      const { task, flags } = await TASK_KINDS[type].validate(proposal, {
        executor,
        forbiddenModules: selfplay.forbidden_modules,
        ...(signal ? { signal } : {}),
      });
      return { type, origin: "template" as const, proposal, task, response: null, flags };
    }),
  );
}

async function byModel(
  model: TaskModel,
  type: TaskType,
  count: number,
  options: ProposeOptions,
): Promise<ProposedTask[]> {
  const style = promptStyle(options.selfplay?.prompt ?? "auto", model.ownStyle, "compact");
  const config = settings(options, style);
  const { selfplay, seed } = config;
  const { executor, signal } = options;
  const references = options.references ?? (await ownReferences(type, selfplay.references, options));
  const types = [...new Set([type, ...TASK_KINDS[type].referenceTypes])];
  const buffers = new TaskBuffers(
    types,
    config,
    references.toSorted((a, b) => a.id - b.id),
  );
  const play = { ...model, config, executor, style };
  checkProposerPrompt(play, type, options.difficulty);
  const wanted = () => options.difficulty;
  const plan = { types: [type], count: () => count, key: ["command", seed], wanted };
  const { rollouts } = await propose(play, buffers, plan, signal ? { signal } : {});
  return rollouts.map(({ proposal, task, sample, flags }) => ({
    type,
    origin: "proposed",
    proposal,
    task,
    response: sample.text,
    flags,
  }));
}

/** Template tasks of the difficulty, as records of the type that the model is shown; its seed where there are none. */
async function ownReferences(type: TaskType, wanted: number, options: ProposeOptions): Promise<TaskRecord[]> {
  const { referenceTypes, referencesNeeded } = TASK_KINDS[type];
  const shown = referenceTypes[0] ?? type;
  if (!TEMPLATE_TYPES.includes(shown)) return identityTasks([shown]);
  const { references: _, ...own } = options;
  const made = await byTemplates(shown, Math.max(wanted, referencesNeeded), own);
  return made.flatMap(({ task }, index) =>
    task.ok ? [newTask({ ...task.value, id: index + 1, type: shown, origin: "template" })] : [],
  );
}

function settings({ selfplay = {}, seed = 0 }: ProposeOptions, style?: PromptStyle) {
  return v.parse(ConfigSchema, { seed, selfplay: { references: 3, ...style?.outsideRuns, ...selfplay } });
}
