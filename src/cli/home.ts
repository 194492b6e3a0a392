import { programName } from "./program-name.ts";
import { runsFolder } from "./runs-folder.ts";
import { isInteractive, say } from "./terminal.ts";
import { openPlace, watchRun } from "./watch-run.ts";

/**
 * The program without a command: home in a terminal, elsewhere the run that was touched last, or how to start one.
 * Returns the exit code.
 */
export async function home(): Promise<number> {
  if (isInteractive()) return await openPlace({ kind: "home" });
  const { listRuns } = await import("../runs/run-directory.ts");
  const { findRun } = await import("./run-place.ts");
  if (listRuns(runsFolder()).runs.length > 0) return await watchRun(findRun(), { onInterrupt: "leave" });
  const azr = programName();
  say(`There is no run in ${runsFolder()}/ yet. Start one:`);
  say(`  ${azr} demo     a small model, small steps: everything that is needed is set up first`);
  say(`  ${azr} train    any model and configuration`);
  say(`${azr} --help lists every command.`);
  return 0;
}
