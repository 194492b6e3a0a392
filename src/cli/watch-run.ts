import { basename } from "node:path";
import { programName } from "./program-name.ts";
import { isInteractive, say } from "./terminal.ts";

export interface WatchOptions {
  headless?: boolean;
  json?: boolean;
  /** What Ctrl-C does without the screen: end the run with a checkpoint, or only leave it. */
  onInterrupt: "stop" | "leave";
}

/**
 * Shows a run until it ends or the user leaves: on the screen in a terminal, else line by line. Returns the
 * exit code; raises the engine's error when it failed.
 */
export async function watchRun(path: string, options: WatchOptions): Promise<number> {
  const { followHeadless } = await import("./headless.ts");
  if (options.headless || options.json || !isInteractive()) return await followHeadless(path, options);
  const { openTui } = await import("../tui/index.ts");
  const departure = await openTui({ runDirectory: path });
  if (departure === "detached") {
    const azr = programName();
    const name = basename(path);
    say(`The run goes on. Back to it: ${azr} attach ${name}; end it: ${azr} runs stop ${name}`);
    return 0;
  }
  // Its last lines, if it is still saving, and its summary.
  return await followHeadless(path, { onInterrupt: "leave" });
}
