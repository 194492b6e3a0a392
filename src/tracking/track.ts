import { existsSync } from "node:fs";
import { join } from "node:path";
import { exclusively } from "../cache/lock.ts";
import type { Config } from "../config/schema.ts";
import type { RunDirectory } from "../runs/run-directory.ts";
import { type FollowOptions, follow } from "./follow.ts";
import type { OpenSink } from "./sink.ts";
import { tensorboardDirectory } from "./tensorboard/directory.ts";
import { tensorboard } from "./tensorboard/event-file.ts";
import { wandbRun } from "./wandb/wandb-run.ts";

export type TrackingSettings = Config["tracking"];

/** How the tracking by one sink ended. */
export interface Tracked {
  name: string;
  /** Steps sent, or why it failed. */
  outcome: { steps: number } | { error: Error };
}

/** Whether the settings send anything anywhere. */
export function isTracked({ wandb, tensorboard }: TrackingSettings): boolean {
  return wandb.mode !== "off" || tensorboard !== false;
}

/** Sends a run wherever the settings say, each on its own: one that fails or is slow does not hold up the others. */
export async function track(
  run: RunDirectory,
  settings: TrackingSettings,
  options: FollowOptions,
): Promise<Tracked[]> {
  return await Promise.all(
    sinks(run, settings).map(async ({ name, lock, open }) => {
      try {
        const path = join(run.path, lock);
        if (existsSync(`${path}.lock`))
          options.say(`${name}: waiting for another tracker of this run to end`);
        const steps = await exclusively(path, () => follow(run, open, options));
        return { name, outcome: { steps } };
      } catch (error) {
        return { name, outcome: { error: error instanceof Error ? error : new Error(String(error)) } };
      }
    }),
  );
}

interface NamedSink {
  name: string;
  /** Held while it writes: one tracker of a kind at a time. */
  lock: string;
  open: OpenSink;
}

function sinks(run: RunDirectory, settings: TrackingSettings): NamedSink[] {
  const all: NamedSink[] = [];
  if (settings.tensorboard !== false) {
    const directory = tensorboardDirectory(run, settings.tensorboard);
    all.push({ name: "TensorBoard", lock: ".tracking-tensorboard", open: tensorboard(directory) });
  }
  if (settings.wandb.mode !== "off") {
    all.push({ name: "W&B", lock: ".tracking-wandb", open: wandbRun(run, settings.wandb) });
  }
  return all;
}
