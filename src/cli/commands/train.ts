import { type Command, Option } from "commander";
import { BENCHMARK_NAMES, type BenchmarkName } from "../../config/benchmark-name.ts";
import { ConfigError } from "../../errors/index.ts";
import type { RunPlan } from "../../tui/services.ts";
import { addConfigOptions, type ConfigOptions, readConfig } from "../config-options.ts";
import { longer } from "../longer.ts";
import { wholeNumber, wholeNumberOrZero } from "../numbers.ts";
import { checkpointName, checkpointStep } from "../trained-place.ts";
import { REVISION_HELP } from "./chosen-model.ts";

interface TrainOptions extends ConfigOptions {
  model_name?: string;
  revision?: string;
  output_dir?: string;
  num_steps?: number;
  seed?: number;
  algorithm?: string;
  data?: string;
  validation?: string;
  epochs?: number;
  adapter?: string;
  resume?: boolean | string;
  headless?: boolean;
  detach?: boolean;
  evalOnly?: boolean;
  model_path?: string;
  benchmark?: BenchmarkName;
  json?: boolean;
  unsafeLocal?: boolean;
}

export function registerTrain(program: Command): void {
  addConfigOptions(
    program
      .command("train")
      .description(
        "train a model by self-play or on given texts, or go on with a run; Ctrl-C ends it with a checkpoint",
      )
      .argument("[run]", "name of the run, or its directory; the next free name when absent"),
  )
    .option(
      "--model, --model_name <source>",
      "model: a name, a directory, a .gguf file or a Hugging Face repo id",
    )
    .option("--revision <revision>", REVISION_HELP)
    .option(
      "--algorithm <type>",
      "trr++, grpo, reinforce or ppo (self-play), or sft (supervised fine-tuning on --data)",
    )
    .option("--data <file>", "sft: JSONL rows of prompt and completion, of messages, or of text; gzip too")
    .option("--validation <file>", "sft: JSONL rows whose loss is measured while training")
    .option("--epochs <n>", "sft: passes over the data, which decide on the steps", wholeNumber)
    .option("--adapter <source>", "trained weights to start from: a run, its checkpoint, or a directory")
    .option("--output_dir <directory>", "directory of the run, in place of runs/<name>")
    .option("--steps, --num_steps <n>", "steps of the run, those it has included", wholeNumber)
    .option("--seed <n>", "every random draw derives from it", wholeNumberOrZero)
    .option("--resume [checkpoint-N]", "go on with a run, from its newest checkpoint or the one named")
    .option("--eval-only", "train nothing: score the run, its checkpoint or the model, as azr-tui eval does")
    .option("--model_path <source>", "with --eval-only: the model, run or checkpoint to score")
    .addOption(
      new Option("--benchmark <name>", "with --eval-only (default: the configuration's)").choices(
        BENCHMARK_NAMES,
      ),
    )
    .option("--headless", "print lines instead of opening the screen")
    .option("--detach", "start it and leave it running")
    .option("--json", "print JSON lines: progress, steps, log, end")
    .option("--unsafe-local", "run generated programs without any sandbox: they can do what you can")
    .addHelpText(
      "after",
      `
Examples:
  azr-tui train first --preset smollm2 --num_steps 50
  azr-tui train first --resume --num_steps 100 --set training.optimizer.learning_rate=1e-5
  azr-tui train warm --algorithm sft --data rows.jsonl --epochs 2
  azr-tui train first --eval-only --resume checkpoint-1000 --benchmark humaneval
  azr-tui train second --preset smollm2 --adapter warm
  azr-tui train --config my.yaml --set training.optimizer.learning_rate=1e-5 --headless`,
    )
    .action(train);
}

async function train(name: string | undefined, options: TrainOptions, command: Command): Promise<void> {
  if (name !== undefined && options.output_dir !== undefined) {
    throw new ConfigError("A run is named either by its name or with --output_dir.", {
      mend: "Leave one of them out.",
    });
  }
  if (options.evalOnly) {
    refuseTraining(options);
    const { evaluateOnly } = await import("../evaluate-only.ts");
    return await evaluateOnly(name, options, await evalBeside(command));
  }
  const stray = (["model_path", "benchmark"] as const).find((key) => options[key] !== undefined);
  if (stray) {
    throw new ConfigError(`--${stray} goes with --eval-only.`, {
      mend: "Training takes --model, and evaluates as --set evaluation.every=N and evaluation.benchmarks say.",
    });
  }
  const plan = await (options.resume ? resumed : fresh)(name, options);
  const whole = { ...plan, unsafeLocal: options.unsafeLocal ?? false };
  const { sayRemarks } = await import("../remarks.ts");
  sayRemarks(plan.config);
  const { launchAloud, sayHowToReturn, startRun } = await import("../watch-run.ts");
  if (options.detach) {
    const { prepareRun } = await import("../prepare-run.ts");
    await launchAloud(plan.path, await prepareRun(whole));
    return sayHowToReturn(plan.path);
  }
  process.exitCode = await startRun(whole, options);
}

/** The command `eval` of the same command line, which holds the one that was named alone. */
async function evalBeside(train: Command): Promise<Command> {
  const { registerEval } = await import("./eval/command.ts");
  const program = train.parent ?? train;
  registerEval(program);
  return program.commands.at(-1) as Command;
}

/** What is said about training has no meaning where nothing is trained. */
function refuseTraining(options: TrainOptions): void {
  const keys = ["num_steps", "algorithm", "data", "validation", "epochs", "detach", "unsafeLocal"] as const;
  const given = keys.find((key) => options[key] !== undefined);
  if (given === undefined) return;
  throw new ConfigError(
    `--${given === "unsafeLocal" ? "unsafe-local" : given} does not go with --eval-only.`,
    {
      mend: "Leave one of them out.",
    },
  );
}

/** `--unsafe-local` is the backend unsafe-local: another one named beside it would be passed over. */
function refuseTwoBackends({ unsafeLocal, set = [] }: TrainOptions): void {
  const other = set.find((entry) => /^sandbox\.backend=(?!"?(?:auto|unsafe-local)"?$)/.test(entry));
  if (!unsafeLocal || other === undefined) return;
  throw new ConfigError(`--unsafe-local means no sandbox, and --set ${other} means one.`, {
    mend: "Give one of the two.",
  });
}

async function fresh(name: string | undefined, options: TrainOptions): Promise<RunPlan> {
  refuseTwoBackends(options);
  const { newRunPath, runPath } = await import("../run-place.ts");
  const { atRevision } = await import("../../hub/repository.ts");
  const { num_steps: steps, seed, revision } = options;
  const model = options.model_name === undefined ? undefined : atRevision(options.model_name, revision);
  if (revision !== undefined && model === undefined) {
    throw new ConfigError("--revision goes with --model.", { mend: "Name the repo id with --model too." });
  }
  const start =
    options.adapter === undefined
      ? null
      : await (await import("../warm-start.ts")).warmStart(options.adapter);
  const first = [
    ...(options.algorithm === undefined
      ? []
      : [`training.algorithm.type=${JSON.stringify(options.algorithm)}`]),
    ...(start ? [`adapter=${JSON.stringify(start.adapter)}`] : []),
    ...(start?.model
      ? [`model.source=${JSON.stringify(start.model)}`, `model.quantize=${start.quantize}`]
      : []),
  ];
  const config = await readConfig(
    { ...options, set: [...first, ...(options.set ?? [])] },
    {
      ...(model === undefined ? {} : { "model.source": model }),
      ...supervisedOverrides(options),
      ...(steps === undefined ? {} : { steps }),
      ...(seed === undefined ? {} : { seed }),
      ...(options.unsafeLocal ? { "sandbox.backend": "unsafe-local" } : {}),
    },
  );
  const chosen = options.output_dir ?? (config.output_dir || newRunPath(options.preset ?? "train"));
  const path = name ? runPath(name) : chosen;
  return { path, config, resume: false };
}

/** A run goes on with the config it began with, changed by --set where that leaves it the same run. */
async function resumed(name: string | undefined, options: TrainOptions): Promise<RunPlan> {
  const fixed = [
    "preset",
    "config",
    "model_name",
    "revision",
    "seed",
    "algorithm",
    "data",
    "validation",
    "adapter",
  ] as const;
  const given = fixed.find((name) => options[name] !== undefined);
  if (given) {
    throw new ConfigError(`--${given} cannot be changed for a run that has begun.`, {
      mend: "Leave it out with --resume (single settings change by --set), or start a new run.",
    });
  }
  const named = checkpointName(options.resume);
  const { findRun } = await import("../run-place.ts");
  const { RunDirectory } = await import("../../runs/run-directory.ts");
  const path = findRun(options.output_dir ?? name);
  const run = RunDirectory.open(path);
  const resume = checkpointStep(named, run);
  const began = run.config();
  const changed = options.set ? await readConfig({ set: options.set }, {}, began) : began;
  const { checkChanges, configChanges } = await import("../../config/change.ts");
  const config = longer(changed, options);
  checkChanges(configChanges(began, config));
  return { path, config, resume };
}

/** A number of steps decides over the epochs, which are 1 where nothing else is said. */
function supervisedOverrides({ data, validation, epochs, num_steps }: TrainOptions) {
  const decided = epochs ?? (num_steps === undefined ? undefined : 0);
  const sft = { data, validation, ...(data === undefined ? { epochs } : { epochs: decided }) };
  return Object.fromEntries(
    Object.entries(sft).flatMap(([key, value]) =>
      value === undefined ? [] : [[`training.algorithm.${key}`, value]],
    ),
  );
}
