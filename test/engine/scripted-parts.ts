import { existsSync } from "node:fs";
import type { Config, ConfigInput } from "../../src/config/schema.ts";
import { ModelHost } from "../../src/engine/model-host.ts";
import type { EngineParts, OpenedSandbox } from "../../src/engine/parts.ts";
import { ConfigError, SetupError } from "../../src/errors/index.ts";
import type { Sample } from "../../src/interfaces/generator.ts";
import type { Tokenizer } from "../../src/interfaces/tokenizer.ts";
import { deriveSeed, stream } from "../../src/random/stream.ts";
import { newTask } from "../../src/runs/new-task.ts";
import type { TaskRecord } from "../../src/runs/records.ts";
import type { RolloutDraft, StepOutcome } from "../../src/selfplay/outcome.ts";
import type { SelfPlay, SelfPlayOptions } from "../../src/selfplay/self-play.ts";
import { makeConfig } from "../runs/fixtures.ts";

const tokenizer: Tokenizer = {
  vocabularySize: 26,
  endTokens: new Set(),
  encode: (text) => [...text].map((character) => character.charCodeAt(0)),
  decode: (tokens) => String.fromCharCode(...Array.from(tokens)),
  encodeChat: (messages) => messages.flatMap(({ content }) => tokenizer.encode(content)),
  hasChatTemplate: false,
};

/**
 * Everything around the engine's loop, scripted: a model worker whose samples depend on what it has learnt, and
 * a self-play whose tasks and rollouts depend on those samples and on the buffer. `model.source` is the
 * model's pace in milliseconds a token; a sandbox backend and Python are not needed.
 */
export function scriptedParts(
  options: {
    loadWaitsFor?: string | null;
    failAtLoad?: boolean;
    failAtStep?: number;
    workerDiesAtStep?: number;
  } = {},
): EngineParts {
  return {
    openModel: async ({ model, adapter, training, seed }) => {
      while (options.loadWaitsFor && !existsSync(options.loadWaitsFor)) await Bun.sleep(5);
      if (options.failAtLoad) throw new Error("no such device");
      return await ModelHost.start(new Worker(new URL("./scripted-model-worker.ts", import.meta.url)), {
        path: "scripted",
        name: model.source,
        format: "gguf",
        device: "auto",
        learner: { adapter, training, seed },
      });
    },
    loadTokenizer: async () => tokenizer,
    openSandbox: async () => scriptedSandbox(),
    createSelfPlay: (parts) => new ScriptedSelfPlay(parts, options),
    prepareEvaluation: async (benchmarks) => {
      if (benchmarks.includes("apps")) throw new SetupError("apps cannot be fetched");
    },
    // Draws samples of its own, as a real one does. The score rises to step 3, then falls.
    evaluate: async ({ benchmark, step, generator }) => ({
      evaluation: {
        step,
        benchmark,
        scores: {
          "pass@1": (step > 3 ? 6 - step : step) / 10,
          problems: await countOf(
            generator.generate([{ prompt: [7], samples: 3, maxTokens: 5, temperature: 1, seed: 1 }]),
          ),
        },
        settings: {},
        startedAt: 0,
        finishedAt: 1,
      },
      samples: [],
    }),
  };
}

const countOf = async (samples: Promise<Sample[][]>) => (await samples).flat().length;

function scriptedSandbox(): OpenedSandbox {
  return {
    backend: "scripted",
    proof: [{ name: "scripted", ok: true, seen: "nothing runs in it" }],
    describe: async () => ({ version: "1.0" }),
    run: () => Promise.reject(new Error("nothing runs in the scripted sandbox")),
    room: async () => ({ [Symbol.dispose]() {} }),
    counts: () => ({ running: 0, queued: 0, idleWorkers: 1, finished: 0, verdicts: {} }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

class ScriptedSelfPlay implements SelfPlay {
  private readonly tasks: TaskRecord[];

  constructor(
    private readonly parts: SelfPlayOptions,
    private readonly options: { failAtStep?: number; workerDiesAtStep?: number },
  ) {
    if (parts.config.selfplay.max_prompt_tokens < 10) throw new ConfigError("no prompt fits");
    this.tasks = [...parts.store.tasks()];
  }

  async seed() {
    const seeds = [this.task(1, 0, "x", [])];
    this.tasks.push(...seeds);
    return { tasks: seeds, evicted: [], metrics: { "buffer/deduction/tasks": 1 } };
  }

  async step(step: number, hooks: Parameters<SelfPlay["step"]>[1] = {}): Promise<StepOutcome> {
    const { config, generator } = this.parts;
    const parent = stream(config.seed, "reference", step).pick(this.tasks);
    hooks.onPhase?.("propose");
    if (step === this.options.failAtStep) throw new Error("self-play broke");
    const samples = await generator.generate(
      [
        {
          prompt: [step === this.options.workerDiesAtStep ? 667 : 1],
          samples: config.selfplay.proposals,
          maxTokens: config.selfplay.propose.max_tokens,
          temperature: 1,
          seed: deriveSeed(config.seed, "sample", step),
        },
      ],
      {
        ...(hooks.signal ? { signal: hooks.signal } : {}),
        onProgress: ({ finished, total, tokensPerSecond }) => {
          hooks.onProgress?.({ phase: "propose", done: finished, total, unit: "samples", tokensPerSecond });
          hooks.onLive?.({ role: "propose", type: "deduction", text: "def" });
        },
      },
    );
    hooks.signal?.throwIfAborted();
    hooks.onPhase?.("validate");
    const texts = (samples[0] ?? []).map((sample) => sample.text);
    const first = Math.max(0, ...this.tasks.map((task) => task.id)) + 1;
    const tasks = texts.map((text, i) => this.task(first + i, step, text, [parent.id]));
    this.tasks.push(...tasks);
    return {
      experience: [],
      trajectories: texts.map((text, i) => ({
        promptTokens: [1],
        responseTokens: samples[0]?.[i]?.tokens ?? [],
        temperature: 1,
        logProbabilities: samples[0]?.[i]?.logProbabilities ?? new Float32Array(),
        reward: rewardOf(text),
        role: "propose",
        type: "deduction",
        group: `${step}`,
      })),
      rollouts: texts.map((text, i) => this.rollout(step, first + i, text, i)),
      tasks,
      taskUpdates: [{ id: parent.id, solveRate: rewardOf(texts[0] ?? ""), timesDrawn: step }],
      evicted: [],
      metrics: { "propose/deduction/reward": rewardOf(texts.join("")) },
      flags: { "import:os": 4 },
    };
  }

  private task(id: number, step: number, text: string, parents: number[]): TaskRecord {
    return newTask({
      id,
      type: "deduction",
      origin: step === 0 ? "seed" : "proposed",
      step,
      program: `def f(): return '${text}'`,
      inputs: [""],
      outputs: [`'${text}'`],
      parents,
      learnability: step === 0 ? null : rewardOf(text),
    });
  }

  private rollout(step: number, taskId: number, text: string, trajectory: number): RolloutDraft {
    return {
      step,
      role: "propose",
      type: "deduction",
      taskId,
      group: `${step}`,
      prompt: "propose",
      response: text,
      answer: text,
      verdict: "ok",
      detail: "",
      flags: ["import:os"],
      programKey: text,
      reward: rewardOf(text),
      components: { learnability: rewardOf(text) },
      promptTokens: 1,
      responseTokens: text.length,
      logProbability: -0.25,
      finish: "end",
      strategy: null,
      trajectory,
    };
  }
}

/** In [0, 1): a number that depends on every character. */
function rewardOf(text: string): number {
  return deriveSeed(0, text) / 2 ** 32;
}

/** A config for the scripted parts: `pace` milliseconds a token, four samples of six tokens a step. */
export function scriptedConfig(pace: number, steps: number, more: ConfigInput = {}): Config {
  return makeConfig({
    steps,
    seed: 5,
    model: { source: String(pace) },
    selfplay: { proposals: 4, propose: { max_tokens: 6 } },
    ...more,
  });
}
