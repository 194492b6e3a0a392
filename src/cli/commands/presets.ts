import type { Command } from "commander";
import { presets } from "../../config/preset.ts";
import { print, printJson } from "../terminal.ts";

/** `azr-tui presets`. */
export function registerPresets(program: Command): void {
  program
    .command("presets")
    .description("the shipped configurations, each with what it is for")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      `
Examples:
  azr-tui train --preset tutorial
  azr-tui config show --preset tutorial`,
    )
    .action((options: { json?: boolean }) => {
      const all = presets();
      if (options.json) return printJson(all);
      const width = Math.max(...all.map(({ name }) => name.length));
      for (const { name, about } of all) print(`${name.padEnd(width)}  ${about}`);
    });
}
