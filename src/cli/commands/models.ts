import type { Command } from "commander";
import { print, printJson } from "../terminal.ts";

export function registerModels(program: Command): void {
  const models = program.command("models").description("list the models known by name, or fetch one");

  models
    .command("list")
    .description("models known by name, and whether each is in the cache")
    .option("--json", "as JSON")
    .action(list);

  models
    .command("pull")
    .description("fetch a model into the cache and print its path")
    .argument("<model>", "a name from models list")
    .action(async (name: string) => {
      const { resolveModel } = await import("../../models/resolve.ts");
      const { ProgressLine } = await import("../progress-line.ts");
      const line = new ProgressLine();
      const { path } = await resolveModel(name, { onProgress: (progress) => line.update(progress) });
      line.end();
      print(path);
    });
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const { knownModels } = await import("../known-models.ts");
  if (json) return printJson(knownModels());
  for (const { name, about, megabytes, path } of knownModels()) {
    print(
      `${name}  ${about}\n    ${path ?? `not fetched yet, ${megabytes} MB: azr-tui models pull ${name}`}`,
    );
  }
}
