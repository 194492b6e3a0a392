import { listRuns } from "../runs/run-directory.ts";
import { programName } from "./program-name.ts";
import { findRun, runsFolder } from "./run-place.ts";
import { say } from "./terminal.ts";
import { watchRun } from "./watch-run.ts";

/** The program without a command: the run that was touched last, or how to start one. Returns the exit code. */
export async function home(): Promise<number> {
  if (listRuns(runsFolder()).runs.length > 0) return await watchRun(findRun(), { onInterrupt: "leave" });
  const azr = programName();
  say(`There is no run in ${runsFolder()}/ yet. Start one:`);
  say(`  ${azr} demo     a small model, small steps: everything that is needed is set up first`);
  say(`  ${azr} train    any model and configuration`);
  say(`${azr} --help lists every command.`);
  return 0;
}
