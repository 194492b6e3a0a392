import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { ConfigError } from "../../errors/index.ts";
import { checkpointOf, trainedPlace } from "../trained-place.ts";
import { REVISION_HELP } from "./chosen-model.ts";
import { type Written, writeAloud } from "./written-model.ts";

interface FuseCommandOptions extends Written {
  adapter: string;
  checkpoint?: string;
  dequantize?: boolean;
  dtype?: "float32" | "float16" | "bfloat16";
  revision?: string;
}

export function registerModelsFuse(models: Command): void {
  models
    .command("fuse")
    .description("put a trained adapter into the weights and write the whole model as mlx-lm does")
    .argument("[model]", "the model that the adapter was trained on; a run knows its own")
    .requiredOption(
      "--adapter <source>",
      "a run, one of its checkpoints, or a directory with adapters.safetensors (mlx-lm's too)",
    )
    .requiredOption("--output <directory>", "directory to write; it must be new or empty")
    .option("--checkpoint <checkpoint-N>", "of a run: this checkpoint in place of the newest")
    .option("--dequantize", "write whole weights; without it, what was packed is packed again as it was")
    .addOption(
      new Option("--dtype <dtype>", "of weights that are not packed (default: the model's own)").choices([
        "float32",
        "float16",
        "bfloat16",
      ]),
    )
    .option("--revision <revision>", REVISION_HELP)
    .option("--json", "what was written as JSON")
    .addHelpText(
      "after",
      `
Packing again rounds what training changed to the nearest step of 4 bits; --dequantize keeps it.

Examples:
  azr-tui models fuse --adapter demo-1 --output demo-1-fused
  azr-tui models fuse --adapter runs/demo-1/checkpoints/checkpoint-20 --dequantize --output whole
  azr-tui models fuse mlx-community/SmolLM-135M-Instruct-4bit --adapter ./adapters --output fused`,
    )
    .action(fuse);
}

async function fuse(model: string | undefined, options: FuseCommandOptions): Promise<void> {
  const { directory, trainedOn } = await adapterPlace(options);
  const source = model ?? trainedOn;
  if (source === undefined) {
    throw new ConfigError(`${options.adapter} does not say which model it was trained on.`, {
      mend: "Name the model: azr-tui models fuse <model> --adapter <directory> --output <directory>",
    });
  }
  const { atRevision } = await import("../../hub/repository.ts");
  await writeAloud(atRevision(source, options.revision), options, async (resolved, writing) => {
    const { fuseAdapter } = await import("../../models/fuse.ts");
    return await fuseAdapter(resolved, {
      adapter: directory,
      dequantize: options.dequantize ?? false,
      ...(options.dtype ? { dtype: options.dtype } : {}),
      ...writing,
    });
  });
}

/** The adapter's directory, and for a run's checkpoint the model that it was trained on. */
async function adapterPlace({
  adapter,
  checkpoint,
}: FuseCommandOptions): Promise<{ directory: string; trainedOn?: string }> {
  const place = trainedPlace(adapter);
  if (place === null) {
    if (checkpoint !== undefined) {
      throw new ConfigError(`--checkpoint goes with a run; "${adapter}" is none.`, {
        mend: "Name a run with --adapter; azr-tui runs list shows them.",
      });
    }
    if (!existsSync(join(adapter, "adapters.safetensors"))) {
      throw new ConfigError(`"${adapter}" is neither a run nor a directory with adapters.safetensors.`, {
        mend: "azr-tui runs list shows the runs.",
      });
    }
    return { directory: adapter };
  }
  const { RunDirectory } = await import("../../runs/run-directory.ts");
  const { verifyCheckpoint } = await import("../../runs/checkpoint.ts");
  const run = RunDirectory.open(place.run);
  const record = checkpointOf(run, checkpoint ?? place.checkpoint);
  await verifyCheckpoint(run.checkpointsPath, record);
  return { directory: join(run.checkpointsPath, record.directory), trainedOn: run.config().model.source };
}
