import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { ownCommand } from "../processes/own-command.ts";
import type { RunDirectory } from "../runs/run-directory.ts";

/** Below everything that trains. */
const NICE = 10;

export interface LaunchedTracker extends Disposable {
  /** File that holds its messages. */
  log: string;
}

/**
 * Starts the tracker of a run as a process of its own, or nothing when nothing is to be tracked. It reads the
 * database alone and outlives the engine until all is sent. `onFailure` gets one sentence when it could not start
 * or ends with an error before this is disposed of.
 */
export function launchTracker(
  run: RunDirectory,
  { wandb, tensorboard }: Config["tracking"],
  onFailure: (sentence: string) => void,
): LaunchedTracker | null {
  if (wandb.mode === "off" && tensorboard === false) return null;
  const log = join(run.path, "tracking.log");
  let attached = true;
  const fail = (reason: string) => {
    if (attached)
      onFailure(`tracking ended: ${reason}; training goes on, and azr-tui track sends the rest later`);
  };
  try {
    const output = openSync(log, "a");
    const begin = statSync(log).size;
    const child = Bun.spawn([...ownCommand(join(import.meta.dir, "main.ts")), run.path], {
      stdio: ["ignore", output, output],
      env: process.env,
      detached: true,
    });
    closeSync(output);
    child.unref();
    setPriority(child.pid, NICE);
    void child.exited.then((code) => {
      if (code !== 0) fail(lastError(log, begin) ?? `exit code ${code}, see ${log}`);
    });
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
  return {
    log,
    [Symbol.dispose]: () => {
      attached = false;
    },
  };
}

function lastError(log: string, begin: number): string | undefined {
  const words = readFileSync(log).subarray(begin).toString("utf8");
  return [...words.matchAll(/ error: (.*)$/gm)].at(-1)?.[1];
}
