import { join } from "node:path";
import type { RunDirectory } from "../../runs/run-directory.ts";

/** Where a run's event files go: `true` is the run's own folder, a directory gets one folder for each run. */
export function tensorboardDirectory(run: RunDirectory, setting: string | true): string {
  return setting === true ? join(run.path, "tensorboard") : join(setting, run.name);
}
