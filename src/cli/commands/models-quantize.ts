import { type Command, Option } from "commander";
import { REVISION_HELP } from "./chosen-model.ts";
import { type Written, writeAloud } from "./written-model.ts";

interface QuantizeCommandOptions extends Written {
  bits: string;
  groupSize: string;
  revision?: string;
}

export function registerModelsQuantize(models: Command): void {
  models
    .command("quantize")
    .description("pack a model's weights in 4 or 8 bits and write it as mlx-lm does")
    .argument("<model>", "a name, a directory, a .gguf file or a Hugging Face repo id")
    .requiredOption("--output <directory>", "directory to write; it must be new or empty")
    .addOption(new Option("--bits <n>", "bits of a weight").choices(["4", "8"]).default("4"))
    .addOption(
      new Option("--group-size <n>", "weights that share a scale and a bias")
        .choices(["32", "64", "128"])
        .default("64"),
    )
    .option("--revision <revision>", REVISION_HELP)
    .option("--json", "what was written as JSON")
    .addHelpText(
      "after",
      `
4 bits take an eighth of float32's memory and cost some quality; 8 bits cost next to none. Smaller groups are more
exact and larger: 4 bits in groups of 64 are 4.5 bits a weight. A LoRA run can train on the packed model. What is packed
in other bits or groups is expanded and packed anew, and the errors add up: start from whole weights where you have them.

Examples:
  azr-tui models quantize Qwen/Qwen2.5-0.5B-Instruct --output qwen-4bit
  azr-tui models quantize ./my-model --bits 8 --group-size 32 --output my-model-8bit
  azr-tui generate --model qwen-4bit "Hello"`,
    )
    .action(quantize);
}

async function quantize(source: string, options: QuantizeCommandOptions): Promise<void> {
  const { atRevision } = await import("../../hub/repository.ts");
  await writeAloud(atRevision(source, options.revision), options, async (model, writing) => {
    const { quantizeModel } = await import("../../models/quantize.ts");
    return await quantizeModel(model, {
      bits: Number(options.bits),
      groupSize: Number(options.groupSize),
      ...writing,
    });
  });
}
