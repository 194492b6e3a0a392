import { openTaskModel } from "../../src/cli/commands/task-model.ts";
import type { Config } from "../../src/config/schema.ts";
import type { TaskType } from "../../src/config/task-type.ts";
import type { TaskRecord } from "../../src/runs/records.ts";
import type { Executor } from "../../src/sandbox/executor.ts";
import type { PlayContext } from "../../src/selfplay/play-context.ts";
import { programKey } from "../../src/selfplay/program-key.ts";
import { promptStyle } from "../../src/selfplay/prompts/registry.ts";
import type { ValidTask } from "../../src/selfplay/proposal.ts";
import { propose } from "../../src/selfplay/proposing.ts";
import { solve } from "../../src/selfplay/solving.ts";
import { TaskBuffers } from "../../src/selfplay/task-buffers.ts";

export interface Task {
  type: TaskType;
  task: ValidTask;
}

/** A proposal and what became of it. */
export interface Proposed {
  type: TaskType;
  /** Proposals of one prompt share it. */
  group: string;
  /** Null of an invalid one. */
  task: ValidTask | null;
  /** Equal for proposals of the same program (induction: program and inputs); null of an invalid one. */
  program: string | null;
  /** `ok`, or why it is invalid, in a word. */
  verdict: string;
}

/** How many of the answers to a task are right. */
export interface Answered {
  samples: number;
  right: number;
}

/** A model that plays both roles by a run's settings, and learns nothing. */
export class FrozenPlay implements AsyncDisposable {
  private constructor(
    private readonly play: PlayContext,
    private readonly close: () => PromiseLike<void>,
    /** `smollm2-135m`, or `run checkpoint-180`. */
    readonly title: string,
  ) {}

  /** `weights` is a model as it came, or a checkpoint of the run. */
  static async open(weights: string, config: Config, executor: Executor): Promise<FrozenPlay> {
    const opened = await openTaskModel({ model_path: weights });
    const { generator, tokenizer, ownStyle } = opened.model;
    const style = promptStyle(config.selfplay.prompt, ownStyle, "compact");
    const play = { config, executor, tokenizer, style, generator };
    return new FrozenPlay(play, () => opened[Symbol.asyncDispose](), opened.title);
  }

  /** Proposals of every type of the run, so many of each, with references out of these tasks, at a temperature. */
  async proposals(
    count: number,
    references: readonly TaskRecord[],
    temperature: number,
  ): Promise<Proposed[]> {
    const { selfplay } = this.play.config;
    const proposing = { ...selfplay, propose: { ...selfplay.propose, temperature } };
    const config = { ...this.play.config, selfplay: proposing };
    const types = config.selfplay.tasks;
    const buffers = new TaskBuffers(types, config, references);
    const plan = { types, count: () => count, key: ["frozen"] };
    const { rollouts } = await propose({ ...this.play, config }, buffers, plan, {});
    return rollouts.map(({ type, group, task }) => ({
      type,
      group,
      task: task.ok ? task.value : null,
      program: programKey({ type, task }),
      verdict: task.ok ? "ok" : task.rejection.reason,
    }));
  }

  /** So many answers to each task, at a temperature (0 is greedy). In the tasks' order. */
  async answers(tasks: readonly Task[], samples: number, temperature: number): Promise<Answered[]> {
    const { config } = this.play;
    const { selfplay } = config;
    const solving = { ...selfplay, solve: { ...selfplay.solve, temperature } };
    const play = { ...this.play, config: { ...config, selfplay: solving } };
    const assignments = tasks.map(({ type, task }, id) => ({
      ...{ id, type, task, estimates: 0, fresh: samples, trains: false },
    }));
    const answers = await solve(play, assignments, 0, {});
    return answers.map((own) => ({
      samples,
      right: own.filter(({ final, grade }) => final && grade.correct).length,
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
