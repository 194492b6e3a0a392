import type { Command } from "commander";
import { collect, readConfig } from "../config-options.ts";
import { wholeNumber } from "../numbers.ts";

interface DemoOptions {
  preset: string;
  num_steps?: number;
  set?: string[];
  headless?: boolean;
  json?: boolean;
}

export function registerDemo(program: Command): void {
  program
    .command("demo")
    .description("set up everything, then train a small model by self-play and watch it")
    .option("--steps, --num_steps <n>", "steps of the run", wholeNumber)
    .argument("[run]", "name of the run; demo-1, demo-2, ... when absent")
    .option(
      "--preset <name>",
      "what is trained: tiny, the model that comes with azr-tui, tiny-long (half an hour of it), or smollm2",
      "tiny",
    )
    .option("--set <key=value>", "one setting over the preset's; may be repeated", collect)
    .option("--headless", "print lines instead of opening the screen")
    .option("--json", "print JSON lines: progress, steps, log, end")
    .action(async (name: string | undefined, options: DemoOptions) => {
      const { newRunPath, runPath } = await import("../run-place.ts");
      const { startRun } = await import("../watch-run.ts");
      const steps = options.num_steps;
      const config = await readConfig(
        { preset: options.preset, ...(options.set ? { set: options.set } : {}) },
        steps === undefined ? {} : { steps },
      );
      const path = name ? runPath(name) : newRunPath("demo");
      process.exitCode = await startRun({ path, config, resume: false }, options);
    });
}
