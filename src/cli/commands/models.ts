import { existsSync } from "node:fs";
import { join } from "node:path";
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
  const { NAMED_MODELS } = await import("../../models/named-models.ts");
  const { wheelDirectory } = await import("../../cache/pip-download.ts");
  const models = [...NAMED_MODELS].map(([name, { about, wheel }]) => {
    const { member, ...request } = wheel;
    const path = join(wheelDirectory({ ...request, members: [member] }), member);
    return { name, about, megabytes: Math.round(wheel.bytes / 1e6), path: existsSync(path) ? path : null };
  });
  if (json) return printJson(models);
  for (const { name, about, megabytes, path } of models) {
    print(
      `${name}  ${about}\n    ${path ?? `not fetched yet, ${megabytes} MB: azr-tui models pull ${name}`}`,
    );
  }
}
