import type { Command } from "commander";
import { ProgressLine } from "../progress-line.ts";
import { printJson, say, style } from "../terminal.ts";

export function registerSetup(program: Command): void {
  program
    .command("setup")
    .description("fetch, compile and install everything that is needed; quick when it is there already")
    .option("--json", "print what is ready as JSON")
    .action(async (options: { json?: boolean }) => {
      const { setUp } = await import("../set-up.ts");
      const line = new ProgressLine();
      const began = performance.now();
      const ready = await setUp({
        onProgress: (progress) => line.update(progress),
        onLine: (text) => {
          line.end();
          say(text);
        },
      });
      line.end();
      if (options.json) printJson(ready);
      else say(style.green(`Everything is ready (${((performance.now() - began) / 1000).toFixed(1)} s).`));
    });
}
