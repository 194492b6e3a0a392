import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { ConfigError } from "../../errors/index.ts";
import type { TrackingSettings } from "../../tracking/track.ts";
import { print, say, style } from "../terminal.ts";

interface TrackOptions {
  wandbMode?: TrackingSettings["wandb"]["mode"];
  wandbProject?: string;
  wandbEntity?: string;
  wandbName?: string;
  tensorboard?: string | true;
}

export function registerTrack(program: Command): void {
  program
    .command("track")
    .description("send a run to Weights & Biases or TensorBoard: at any time, once more or afterwards")
    .argument("[run]", "name or directory; the one touched last when absent")
    .addOption(
      new Option("--wandb-mode <mode>", "in place of the run's tracking.wandb.mode").choices([
        "online",
        "offline",
        "off",
      ]),
    )
    .option("--wandb-project <name>", "in place of tracking.wandb.project")
    .option("--wandb-entity <name>", "in place of tracking.wandb.entity")
    .option("--wandb-name <name>", "in place of tracking.wandb.name")
    .option(
      "--tensorboard [directory]",
      "write event files, into the run's folder when no directory is named",
    )
    .addHelpText(
      "after",
      `
Steps that were sent before are not sent again. A run at work is followed to its end.

Examples:
  azr-tui track demo-1 --tensorboard
  azr-tui track demo-1 --wandb-mode offline`,
    )
    .action(trackCommand);
}

async function trackCommand(name: string | undefined, options: TrackOptions): Promise<void> {
  const { findRun } = await import("../run-place.ts");
  const { RunDirectory } = await import("../../runs/run-directory.ts");
  const { isTracked, track } = await import("../../tracking/track.ts");
  const run = RunDirectory.open(findRun(name));
  const settings = chosenSettings(run.config().tracking, options);
  if (!isTracked(settings)) {
    throw new ConfigError(`Run ${run.name} is tracked nowhere.`, {
      mend: "Give --wandb-mode online, --wandb-mode offline or --tensorboard.",
    });
  }
  const abort = new AbortController();
  const onSignal = () => abort.abort();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  if (run.status().engine) say("The run is at work: following it to its end. Ctrl-C ends this, not the run.");
  const tracked = await track(run, settings, { say, signal: abort.signal });
  process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  for (const { name, outcome } of tracked) {
    if ("steps" in outcome) print(`${name}: ${outcome.steps} steps sent`);
  }
  const failures = tracked.flatMap(({ outcome }) => ("error" in outcome ? [outcome.error] : []));
  for (const error of failures.slice(1)) say(`${style.red("error:")} ${error.message}`);
  if (failures[0]) throw failures[0];
}

function chosenSettings(config: TrackingSettings, options: TrackOptions): TrackingSettings {
  const { wandbMode, wandbProject, wandbEntity, wandbName, tensorboard } = options;
  return {
    wandb: {
      ...config.wandb,
      ...(wandbMode === undefined ? {} : { mode: wandbMode }),
      ...(wandbProject === undefined ? {} : { project: wandbProject }),
      ...(wandbEntity === undefined ? {} : { entity: wandbEntity }),
      ...(wandbName === undefined ? {} : { name: wandbName }),
    },
    tensorboard:
      tensorboard === undefined
        ? config.tensorboard
        : typeof tensorboard === "string"
          ? resolve(tensorboard)
          : true,
  };
}
