import type { Command } from "commander";
import { print, printJson } from "../terminal.ts";
import { REVISION_HELP } from "./chosen-model.ts";
import { registerModelsFuse } from "./models-fuse.ts";
import { registerModelsInfo } from "./models-info.ts";
import { registerModelsQuantize } from "./models-quantize.ts";

export function registerModels(program: Command): void {
  const models = program
    .command("models")
    .description("list, fetch, look into, pack and fuse models")
    .addHelpText(
      "after",
      `
A model is a name from models list, a directory in Hugging Face's layout, a .gguf file, or a repo id of the
Hugging Face hub: owner/name, or owner/name@revision. Repo ids go into the cache that all of Hugging Face's tools
share; HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE mean what they mean there.`,
    );

  models
    .command("list")
    .description("models at hand: those known by name, and those in the Hugging Face cache")
    .option("--json", "as JSON")
    .action(list);

  models
    .command("pull")
    .description("fetch a model ahead of time, or the newest commit of one, and print its path")
    .argument("<model>", "a name from models list, or a repo id")
    .option("--revision <revision>", REVISION_HELP)
    .option("--json", "what was fetched as JSON")
    .addHelpText(
      "after",
      `
A download that was cut off goes on where it ended. What is in the cache is not fetched again.

Examples:
  azr-tui models pull mlx-community/SmolLM-135M-Instruct-4bit
  azr-tui models pull Qwen/Qwen2.5-0.5B-Instruct --revision main`,
    )
    .action(pull);

  registerModelsInfo(models);
  registerModelsQuantize(models);
  registerModelsFuse(models);
}

async function pull(name: string, options: { revision?: string; json?: boolean }): Promise<void> {
  const { atRevision } = await import("../../hub/repository.ts");
  const { resolveModel } = await import("../../models/resolve.ts");
  const { ProgressLine } = await import("../progress-line.ts");
  const line = new ProgressLine();
  try {
    const model = await resolveModel(atRevision(name, options.revision), {
      refresh: true,
      onProgress: (progress) => line.update(progress),
    });
    line.end();
    if (options.json) printJson(model);
    else print(model.path);
  } finally {
    line.end();
  }
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const { knownModels } = await import("../known-models.ts");
  const { cachedModels } = await import("../../models/cached-models.ts");
  const { amount } = await import("../progress-line.ts");
  const [named, cached] = [knownModels(), cachedModels()];
  if (json) return printJson({ named, cached });
  for (const { name, about, megabytes, path } of named) {
    print(`${name}  ${about}`);
    print(`    ${path ?? `not fetched yet, ${megabytes} MB: azr-tui models pull ${name}`}`);
  }
  for (const { name, commit, revisions, path, bytes, complete } of cached) {
    const state = complete ? "" : `, not complete: azr-tui models pull ${name}`;
    print(`${name}  ${[...revisions, commit.slice(0, 8)].join(", ")}, ${amount(bytes, "bytes")}${state}`);
    print(`    ${path}`);
  }
}
