import type { Command } from "commander";
import { printJson, say, style } from "../terminal.ts";

export function registerSetup(program: Command): void {
  program
    .command("setup")
    .description("fetch, compile and install everything that is needed; quick when it is there already")
    .option("--json", "print what is ready as JSON")
    .action(async (options: { json?: boolean }) => {
      const { setUpAloud } = await import("../set-up.ts");
      const { loadConfig } = await import("../../config/load.ts");
      const { model, sandbox } = loadConfig({ preset: "smollm2" });
      const began = performance.now();
      const ready = await setUpAloud({ sandbox, model: model.source, benchmarks: ["humaneval"] });
      if (options.json) return printJson(ready);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      say(
        style.green(
          `Everything is ready (${seconds} s): MLX on ${ready.backend}, ${ready.sandbox}, model, HumanEval.`,
        ),
      );
    });
}
