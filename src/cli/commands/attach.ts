import type { Command } from "commander";

interface AttachOptions {
  headless?: boolean;
  json?: boolean;
  viewer?: string;
}

export function registerAttach(program: Command): void {
  program
    .command("attach")
    .description("watch a run, live or ended; the one touched last when none is named")
    .argument("[run]", "name or directory of the run")
    .option("--headless", "print lines instead of opening the screen; Ctrl-C leaves the run alone")
    .option("--json", "print JSON lines: progress, steps, log, end")
    .option("--viewer <name>", "what other viewers of the run know this one by (default: user@host:process)")
    .action(async (run: string | undefined, options: AttachOptions) => {
      const { findRun } = await import("../run-place.ts");
      const { watchRun } = await import("../watch-run.ts");
      process.exitCode = await watchRun(findRun(run), { ...options, onInterrupt: "leave" });
    });
}
