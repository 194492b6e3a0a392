import { existsSync } from "node:fs";
import type { Config } from "../config/schema.ts";
import { launchEngine } from "../engine/client.ts";
import { ConfigError } from "../errors/index.ts";
import { RunDirectory } from "../runs/index.ts";
import { followHeadless } from "./headless.ts";
import { ProgressLine } from "./progress-line.ts";
import { setUp } from "./set-up.ts";
import { isInteractive, print, say } from "./terminal.ts";

export interface TrainingRequest {
  path: string;
  /** Null for a run that goes on with its own configuration. */
  config: Config | null;
  /** Steps in all, for a run that goes on; its own number when absent. */
  steps?: number | undefined;
  resume: boolean | number;
  unsafeLocal: boolean;
  headless: boolean;
}

/** Starts or resumes a run's engine and shows it, on the screen or line by line. Returns the exit code. */
export async function train(request: TrainingRequest): Promise<number> {
  const run = request.config ? RunDirectory.create(request.path, request.config) : reopen(request);
  const config = run.config();
  const line = new ProgressLine();
  await setUp({
    model: config.model.source,
    sandbox: config.sandbox,
    unsafeLocal: request.unsafeLocal,
    humaneval: config.evaluation.every > 0,
    onProgress: (progress) => line.update(progress),
    onLine: (text) => {
      line.end();
      say(text);
    },
  });
  line.end();
  await launchEngine(run.path, { resume: request.resume, unsafeLocal: request.unsafeLocal });
  return await show(run.path, request.headless);
}

/** Shows a live run until the user leaves. Returns the exit code. */
export async function show(path: string, headless: boolean): Promise<number> {
  if (headless || !isInteractive()) return await followHeadless(path);
  const { openTui } = await import("../tui/index.ts");
  const departure = await openTui({ runDirectory: path });
  const { name } = RunDirectory.open(path);
  if (departure === "detached") print(`The run goes on. See it again with: azr-tui attach ${name}`);
  if (departure === "stopped") print(`Stopped. Go on with: azr-tui train ${name} --resume`);
  return 0;
}

function reopen({ path, steps }: TrainingRequest): RunDirectory {
  if (!existsSync(path)) {
    throw new ConfigError(`There is no run ${path} to go on with.`, {
      mend: "`azr-tui runs list` shows the runs.",
    });
  }
  const run = RunDirectory.open(path);
  if (steps !== undefined) run.writeConfig({ ...run.config(), steps });
  return run;
}
