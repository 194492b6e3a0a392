import type { Config } from "../config/schema.ts";
import { setUpAloud } from "./set-up.ts";
import { say, style } from "./terminal.ts";

export interface StartOptions {
  path: string;
  /** Go on with the run from its newest checkpoint, or from that of a step; false makes a new run. */
  resume: boolean | number;
  unsafeLocal?: boolean;
}

/**
 * Sets up what the run needs, with progress on stderr, and starts its engine. Raises RunError when the place
 * is taken, SetupError, SandboxError and ModelLoadError when something is missing, before anything is written.
 */
export async function startRun(config: Config, options: StartOptions): Promise<void> {
  const { RunDirectory } = await import("../runs/run-directory.ts");
  const { launchEngine } = await import("../engine/client.ts");
  const unsafeLocal = options.unsafeLocal ?? false;
  if (!options.resume) RunDirectory.refuseIfTaken(options.path);
  await setUpAloud({
    sandbox: config.sandbox,
    unsafeLocal,
    model: config.model.source,
    humaneval: config.evaluation.every > 0,
  });
  const run = options.resume ? RunDirectory.open(options.path) : RunDirectory.create(options.path, config);
  const { pid } = await launchEngine(run.path, { resume: options.resume, unsafeLocal });
  say(style.dim(`run ${run.name} in ${run.path}, engine ${pid}`));
}
