import { join } from "node:path";
import type { Command } from "commander";
import { ConfigError } from "../../errors/index.ts";
import { factor } from "../numbers.ts";

interface AttachOptions {
  headless?: boolean;
  json?: boolean;
  viewer?: string;
  replay?: string | boolean;
  speed?: number;
}

export function registerAttach(program: Command): void {
  program
    .command("attach")
    .description("watch a run, live or ended; the one touched last when none is named")
    .argument("[run]", "name or directory of the run")
    .option("--headless", "print lines instead of opening the screen; Ctrl-C leaves the run alone")
    .option("--json", "print JSON lines: progress, steps, log, end")
    .option("--viewer <name>", "what other viewers of the run know this one by (default: user@host:process)")
    .option(
      "--replay [file]",
      "play a recorded run instead, without model or engine; the one that comes with azr-tui",
    )
    .option("--speed <times>", "with --replay: so many times as fast", factor)
    .action(async (run: string | undefined, options: AttachOptions) => {
      if (options.replay !== undefined) return await replay(run, options);
      if (options.speed !== undefined)
        throw new ConfigError("--speed goes with --replay.", { mend: "A run is shown as it goes." });
      const { findRun } = await import("../run-place.ts");
      const { watchRun } = await import("../watch-run.ts");
      process.exitCode = await watchRun(findRun(run), { ...options, onInterrupt: "leave" });
    });
}

/** The last minutes of SmolLM2's two hours, by the preset `smollm2`. */
const SHIPPED = join(import.meta.dir, "..", "..", "..", "recordings", "smollm2.azr.gz");

async function replay(run: string | undefined, options: AttachOptions): Promise<void> {
  if (run !== undefined || options.headless || options.json) {
    throw new ConfigError(
      "--replay plays a recording on the screen; it takes no run, --headless or --json.",
      {
        mend: "For example: azr-tui attach --replay --speed 4",
      },
    );
  }
  const { openPlace } = await import("../watch-run.ts");
  const file = typeof options.replay === "string" ? options.replay : SHIPPED;
  process.exitCode = await openPlace({
    kind: "replay",
    file,
    ...(options.speed ? { speed: options.speed } : {}),
  });
}
