import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { LaunchOptions } from "../engine/client.ts";
import { ConfigError } from "../errors/index.ts";
import { directoryGone } from "../runs/presence.ts";
import type { Place } from "../tui/navigation.tsx";
import type { RunPlan } from "../tui/services.ts";
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
  if (!onScreen(options)) {
    const { followHeadless } = await import("./headless.ts");
    if (options.launch) await launchAloud(path, options.launch);
    return await followHeadless(path, options);
  }
  const { launch, viewer } = options;
  return await openPlace({ kind: "run", runDirectory: path, viewer, ...(launch ? { launch } : {}) });
}

/** Sets a run up, launches it and shows it: on the screen from the first moment, else line by line. As `watchRun`. */
export async function startRun(
  plan: RunPlan,
  options: Pick<WatchOptions, "headless" | "json">,
): Promise<number> {
  const { checkPlan, prepareRun } = await import("./prepare-run.ts");
  if (!onScreen(options)) {
    return await watchRun(plan.path, { ...options, launch: await prepareRun(plan), onInterrupt: "stop" });
  }
  checkPlan(plan);
  return await openPlace({ kind: "start", plan });
}

/** Opens the screens at a place; once they are left, what there is to say of the run that was shown last. */
export async function openPlace(place: Place): Promise<number> {
  if (process.env.TERM === "dumb") {
    throw new ConfigError("The screen needs a terminal that moves its cursor, and TERM is dumb.", {
      mend: "Set TERM to what the terminal is, such as xterm-256color, or follow a run with --headless.",
    });
  }
  const { openTui } = await import("../tui/index.ts");
  const { tuiServices } = await import("./tui-services.ts");
  const { departure, run, atWork } = await openTui({ place, services: tuiServices() });
  if (departure === "cancelled") return 130;
  for (const path of atWork) sayHowToReturn(path);
  if (run === null) return 0;
  if (departure === "detached") {
    sayHowToReturn(run);
    return 0;
  }
  if (departure === "stopping") {
    const azr = programName();
    say(
      `The run is being stopped: it ends once the work at hand is saved. Look: ${azr} attach ${basename(run)}`,
    );
    return 0;
  }
  if (!existsSync(run)) throw directoryGone({ path: run });
  // Its last lines, if it is still saving, and its summary.
  const { followHeadless } = await import("./headless.ts");
  return await followHeadless(run, { onInterrupt: "leave" });
}

/** Whether what is to be shown is shown on the screen. */
export const onScreen = ({ headless, json }: Pick<WatchOptions, "headless" | "json">): boolean =>
  !headless && !json && isInteractive();

/** Launches the engine of a run and says where it is. */
export async function launchAloud(path: string, launch: LaunchOptions): Promise<void> {
  const { launchEngine } = await import("../engine/client.ts");
  const { pid } = await launchEngine(path, launch);
  say(style.dim(`run ${basename(path)} in ${path}, engine ${pid}`));
}

export function sayHowToReturn(path: string): void {
  const azr = programName();
  const name = basename(path);
  say(`The run ${name} goes on. Back to it: ${azr} attach ${name}; end it: ${azr} runs stop ${name}`);
}
