import { join, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { ModelHost } from "../../engine/model-host.ts";
import { ConfigError } from "../../errors/index.ts";
import type { CheckpointRecord } from "../../runs/records.ts";
import type { RunDirectory } from "../../runs/run-directory.ts";
import { checkpointOf, trainedPlace } from "../trained-place.ts";

/** Which weights a command works with: a model as it came, or a run's at one of its checkpoints. */
export interface ModelChoice {
  model_path: string;
  checkpoint?: string;
  revision?: string;
  /** Directory of a LoRA adapter for a model as it came. */
  adapter?: string;
  /** Bits that a model's whole weights are packed in. */
  quantize?: "4" | "8";
}

export const DEFAULT_MODEL = "tiny";
/** Of what is said in words, which tiny does not know. */
export const DEFAULT_CHAT_MODEL = "smollm2-135m";

export const REVISION_HELP =
  "of a repo id: a branch, tag or commit in place of main; owner/name@revision says the same";

export function addModelOptions(command: Command, model = DEFAULT_MODEL): Command {
  return command
    .option(
      "--model, --model_path <source>",
      "a model's name, directory, .gguf file or Hugging Face repo id; or a run, or one of its checkpoints",
      model,
    )
    .addOption(
      new Option("--quantize <bits>", "pack weights that are stored whole as they are loaded").choices([
        "4",
        "8",
      ]),
    )
    .option("--checkpoint <checkpoint-N|best>", "of a run: this checkpoint in place of the newest")
    .option("--revision <revision>", REVISION_HELP);
}

export interface ChosenModel {
  host: ModelHost;
  /** `tiny`, or `demo-3 checkpoint-20`. */
  title: string;
  /** Null for a model as it came. */
  trained: { run: RunDirectory; checkpoint: CheckpointRecord } | null;
}

/** Fetches and loads the chosen model in a worker, with progress on stderr. */
export async function openChosenModel(choice: ModelChoice): Promise<ChosenModel> {
  const place = trainedPlace(choice.model_path);
  if (place === null && choice.checkpoint !== undefined) {
    throw new ConfigError(`--checkpoint goes with a run; "${choice.model_path}" is none.`, {
      mend: "Name a run with --model; azr-tui runs list shows them.",
    });
  }
  const { atRevision } = await import("../../hub/repository.ts");
  const source = atRevision(choice.model_path, choice.revision);
  if (place !== null && choice.adapter !== undefined) {
    throw new ConfigError(`--adapter goes with a model as it came; "${choice.model_path}" is a run.`, {
      mend: "Leave --adapter out: a run brings its own.",
    });
  }
  if (place !== null && choice.quantize !== undefined) {
    throw new ConfigError(`--quantize goes with a model as it came; "${choice.model_path}" is a run.`, {
      mend: "Leave it out: a run's model is loaded as model.quantize says.",
    });
  }
  const { openModel } = await import("../../engine/model-host.ts");
  const { ProgressLine } = await import("../progress-line.ts");
  const line = new ProgressLine();
  try {
    const onProgress = line.update.bind(line);
    if (place === null) {
      const adapter = choice.adapter === undefined ? {} : { adapter: resolve(choice.adapter) };
      const host = await openModel({ source, ...adapter, quantize: bitsOf(choice), onProgress });
      return { host, title: host.info.name, trained: null };
    }
    const { RunDirectory: Runs } = await import("../../runs/run-directory.ts");
    const { verifyCheckpoint } = await import("../../runs/checkpoint.ts");
    const run = Runs.open(place.run);
    const checkpoint = checkpointOf(run, choice.checkpoint ?? place.checkpoint);
    await verifyCheckpoint(run.checkpointsPath, checkpoint);
    const { model, adapter, training, seed } = run.config();
    const learner = { adapter, training, seed };
    const host = await openModel({
      source: model.source,
      device: model.device,
      quantize: model.quantize,
      learner,
      onProgress,
    });
    await host.restore(join(run.checkpointsPath, checkpoint.directory));
    return { host, title: `${run.name} ${checkpoint.directory}`, trained: { run, checkpoint } };
  } finally {
    line.end();
  }
}

const bitsOf = ({ quantize }: ModelChoice) => (quantize === "4" ? 4 : quantize === "8" ? 8 : "none");
