import type { Command } from "commander";
import { ProgressLine } from "../progress-line.ts";
import { print, printJson } from "../terminal.ts";

export function registerModels(program: Command): void {
  const models = program.command("models").description("list known models, or fetch one");
  models
    .command("list")
    .description("models that a short name stands for")
    .option("--json", "as JSON")
    .action(async (options: { json?: boolean }) => {
      const { NAMED_MODELS } = await import("../../models/named-models.ts");
      const names = [...NAMED_MODELS.keys()];
      if (options.json) return printJson(names);
      for (const name of names) print(name);
    });
  models
    .command("pull")
    .description("fetch a model into the cache and print its path")
    .argument("<model>", "known name, .gguf file, directory or repo id")
    .action(async (name: string) => {
      const { resolveModel } = await import("../../models/resolve.ts");
      const line = new ProgressLine();
      const model = await resolveModel(name, { onProgress: (progress) => line.update(progress) });
      line.end();
      print(model.path);
    });
}
