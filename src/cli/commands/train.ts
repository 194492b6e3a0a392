import { type Command, InvalidArgumentError } from "commander";
import { addConfigOptions, type ConfigOptions, readConfig } from "../config-options.ts";

interface TrainOptions extends ConfigOptions {
  model_name?: string;
  output_dir?: string;
  num_steps?: number;
  steps?: number;
  resume?: boolean | number;
  headless?: boolean;
  unsafeLocal?: boolean;
}

export function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError("expected a whole number above 0.");
  return number;
}

/** `checkpoint-N` or `N`. */
function checkpoint(value: string): number {
  const match = /^(?:checkpoint-)?(\d+)$/.exec(value);
  if (!match) throw new InvalidArgumentError("expected checkpoint-N, or nothing for the newest.");
  return Number(match[1]);
}

export function registerTrain(program: Command): void {
  addConfigOptions(program.command("train").description("start a run, or go on with one"))
    .argument("[run]", "name of the run (under runs/), or its directory; a new name when absent")
    .option("--model_name <model>", "model: a known name, .gguf file, directory or repo id (model.source)")
    .option("--output_dir <directory>", "directory of the run, instead of runs/<name>")
    .option("--num_steps <n>", "steps of the run (steps)", positive)
    .option("--steps <n>", "the same", positive)
    .option("--resume [checkpoint]", "go on from the newest checkpoint, or from checkpoint-N", checkpoint)
    .option("--headless", "line by line, without the screen")
    .option("--unsafe-local", "allow the backend unsafe-local: generated programs run without any sandbox")
    .addHelpText(
      "after",
      "\nExamples:\n  azr-tui train first --preset demo\n  azr-tui train first --resume --steps 40\n  azr-tui train --config my.yaml --set training.optimizer.learning_rate=1e-5 --headless",
    )
    .action(async (name: string | undefined, options: TrainOptions) => {
      const { freshRunName, latestRun, runPath } = await import("../run-path.ts");
      const { train } = await import("../train.ts");
      const steps = options.steps ?? options.num_steps;
      const resuming = options.resume !== undefined;
      const named = options.output_dir ?? name;
      const path = runPath(named ?? (resuming ? latestRun() : freshRunName(options.preset ?? "run")));
      const overrides = [
        ...(options.model_name === undefined ? [] : [`model.source=${JSON.stringify(options.model_name)}`]),
        ...(steps === undefined ? [] : [`steps=${steps}`]),
        ...(options.unsafeLocal ? ["sandbox.backend=unsafe-local"] : []),
      ];
      process.exitCode = await train({
        path,
        config: resuming ? null : await readConfig(options, overrides),
        steps,
        resume: options.resume ?? false,
        headless: options.headless === true,
        unsafeLocal: options.unsafeLocal === true,
      });
    });
}

export function registerDemo(program: Command): void {
  program
    .command("demo")
    .description("train by self-play on a small model, live: sets up everything that is missing")
    .option("--steps <n>", "steps of the run", positive)
    .option("--headless", "line by line, without the screen")
    .option(
      "--set <key=value>",
      "one setting over the demo's; may be repeated",
      (value, all: string[] = []) => [...all, value],
    )
    .action(async (options: { steps?: number; headless?: boolean; set?: string[] }) => {
      const { freshRunName, runPath } = await import("../run-path.ts");
      const { train } = await import("../train.ts");
      const overrides = options.steps === undefined ? [] : [`steps=${options.steps}`];
      process.exitCode = await train({
        path: runPath(freshRunName("demo")),
        config: await readConfig({ preset: "demo", set: options.set ?? [] }, overrides),
        resume: false,
        headless: options.headless === true,
        unsafeLocal: false,
      });
    });
}

export function registerAttach(program: Command): void {
  program
    .command("attach")
    .description("show a run: live when its engine is at work, else what it left")
    .argument("[run]", "name or directory of the run; the latest when absent")
    .option("--headless", "line by line, without the screen; needs a live engine")
    .action(async (name: string | undefined, options: { headless?: boolean }) => {
      const { latestRun, runPath } = await import("../run-path.ts");
      const { show } = await import("../train.ts");
      process.exitCode = await show(
        name === undefined ? latestRun() : runPath(name),
        options.headless === true,
      );
    });
}
