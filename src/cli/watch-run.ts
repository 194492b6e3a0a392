import { basename } from "node:path";
import type { LaunchOptions } from "../engine/client.ts";
import { programName } from "./program-name.ts";
import { isInteractive, say, style } from "./terminal.ts";

export interface WatchOptions {
  headless?: boolean;
  json?: boolean;
  /** Launch the run's engine first. */
  launch?: LaunchOptions;
  /** What Ctrl-C does without the screen: end the run with a checkpoint, or only leave it. */
  onInterrupt: "stop" | "leave";
  /** What other viewers know this one by; user, host and process when absent. */
  viewer?: string | undefined;
}

/**
 * Shows a run until it ends or the user leaves: on the screen in a terminal, else line by line. Returns the
 * exit code; raises the engine's error when it failed.
 */
export async function watchRun(path: string, options: WatchOptions): Promise<number> {
  const { followHeadless } = await import("./headless.ts");
  const { launch, viewer } = options;
  if (options.headless || options.json || !isInteractive()) {
    if (launch) await launchAloud(path, launch);
    return await followHeadless(path, options);
  }
  const { openTui } = await import("../tui/index.ts");
  const departure = await openTui({ runDirectory: path, viewer, ...(launch ? { launch } : {}) });
  if (departure === "detached") {
    sayHowToReturn(path);
    return 0;
  }
  // Its last lines, if it is still saving, and its summary.
  return await followHeadless(path, { onInterrupt: "leave" });
}

/** Launches the engine of a run and says where it is. */
export async function launchAloud(path: string, launch: LaunchOptions): Promise<void> {
  const { launchEngine } = await import("../engine/client.ts");
  const { pid } = await launchEngine(path, launch);
  say(style.dim(`run ${basename(path)} in ${path}, engine ${pid}`));
}

export function sayHowToReturn(path: string): void {
  const azr = programName();
  const name = basename(path);
  say(`The run goes on. Back to it: ${azr} attach ${name}; end it: ${azr} runs stop ${name}`);
}
