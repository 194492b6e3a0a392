import type { Config } from "../config/schema.ts";
import type { LaunchOptions } from "../engine/client.ts";
import { pinnedSource } from "../models/cached-models.ts";
import { changeConfig } from "../runs/change-config.ts";
import { RunDirectory } from "../runs/run-directory.ts";
import { setUpAloud } from "./set-up.ts";

export interface RunPlan {
  path: string;
  config: Config;
  /** Go on with the run from its newest checkpoint, or from that of a step; false makes a new run. */
  resume: boolean | number;
  unsafeLocal?: boolean;
}

/**
 * Sets up what the run needs, with progress on stderr, and writes its directory; how its engine is launched.
 * Raises RunError when the place is taken, SetupError, SandboxError and ModelLoadError when something is
 * missing, before anything is written.
 */
export async function prepareRun({ path, config, resume, ...plan }: RunPlan): Promise<LaunchOptions> {
  const unsafeLocal = plan.unsafeLocal ?? false;
  if (!resume) RunDirectory.refuseIfTaken(path);
  const { algorithm } = config.training;
  const executes = algorithm.type !== "sft" || config.evaluation.every > 0;
  // Damaged rows are told before anything is fetched or written.
  if (algorithm.type === "sft") {
    const { readDataFile } = await import("../supervised/data-file.ts");
    for (const path of [algorithm.data, algorithm.validation]) if (path !== "") readDataFile(path);
  }
  await setUpAloud({
    ...(executes ? { sandbox: config.sandbox, unsafeLocal } : {}),
    model: config.model.source,
    humaneval: config.evaluation.every > 0,
  });
  if (!resume) RunDirectory.create(path, withPinnedModel(config));
  else changeConfig(RunDirectory.open(path), config);
  return { resume, unsafeLocal };
}

/** A run goes on with the weights that it began with, whatever commit is pulled meanwhile. */
function withPinnedModel(config: Config): Config {
  return { ...config, model: { ...config.model, source: pinnedSource(config.model.source) } };
}
