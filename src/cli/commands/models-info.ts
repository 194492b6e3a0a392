import { type Command, Option } from "commander";
import { ConfigError } from "../../errors/index.ts";
import type { ModelInfo } from "../../models/info.ts";
import type { MemoryEstimate } from "../../models/memory-estimate.ts";
import { wholeNumber } from "../numbers.ts";
import { amount } from "../progress-line.ts";
import { print, printJson } from "../terminal.ts";
import { REVISION_HELP } from "./chosen-model.ts";

interface InfoOptions {
  batch: number;
  length: number;
  prompt?: number;
  adapterRank: number;
  tokens?: number;
  device: "cpu" | "gpu";
  revision?: string;
  json?: boolean;
}

export function registerModelsInfo(models: Command): void {
  models
    .command("info")
    .description("what a model is and the memory it will take, before anything of it is loaded")
    .argument("<model>", "a name, a directory, a .gguf file or a Hugging Face repo id")
    .option("--batch <n>", "sequences that are generated together", wholeNumber, 32)
    .option("--length <n>", "tokens of a sequence, prompt and answer together", wholeNumber, 1024)
    .option("--prompt <n>", "tokens of a prompt, of these (default: half of them)", wholeNumber)
    .option("--adapter-rank <n>", "rank of LoRA adapters on every projection", wholeNumber, 16)
    .option(
      "--tokens <n>",
      "tokens of a training pass, training.tokens_per_microbatch (default: 512 for the CPU, 4096 for a GPU)",
      wholeNumber,
    )
    .addOption(
      new Option("--device <device>", "where it is to run")
        .choices(["cpu", "gpu"])
        .default(process.platform === "darwin" ? "gpu" : "cpu", "gpu on a Mac, else cpu"),
    )
    .option("--revision <revision>", REVISION_HELP)
    .option("--json", "as JSON, sizes in bytes")
    .addHelpText(
      "after",
      `
Only config.json and the headers of the weight files are read; of a repo id that is not in the cache they are asked of
the hub, and nothing else is. The estimate is of the peak; in training half the tokens are taken to be answers.

Examples:
  azr-tui models info smollm2-135m
  azr-tui models info Qwen/Qwen2.5-7B-Instruct --batch 64 --length 2048
  azr-tui models info ./my-model --adapter-rank 64 --tokens 8192 --json`,
    )
    .action(info);
}

async function info(source: string, options: InfoOptions): Promise<void> {
  const { atRevision } = await import("../../hub/repository.ts");
  const { modelInfo } = await import("../../models/info.ts");
  const { inferenceMemory, trainingMemory } = await import("../../models/memory-estimate.ts");
  const { ProgressLine } = await import("../progress-line.ts");
  const { TRAINING_TOKENS } = await import("../../models/pass-sizes.ts");
  const { batch, length, device, adapterRank: rank, tokens = TRAINING_TOKENS[device] } = options;
  const prompt = options.prompt ?? Math.ceil(length / 2);
  if (prompt > length) {
    throw new ConfigError(`--prompt ${prompt} is more than --length ${length}.`, {
      mend: "The length counts prompt and answer together.",
    });
  }
  const line = new ProgressLine();
  const model = await modelInfo(atRevision(source, options.revision), {
    onProgress: (progress) => line.update(progress),
  }).finally(() => line.end());
  const { headers } = model;
  const inference = inferenceMemory(headers, { device, batch, length, prompt });
  const training = (of: number | null, checkpointing: boolean) =>
    trainingMemory(headers, { device, tokens, answered: Math.ceil(tokens / 2), rank: of, checkpointing });
  const memory = {
    inference,
    lora: { checkpointed: training(rank, true), whole: training(rank, false) },
    full: { checkpointed: training(null, true), whole: training(null, false) },
  };
  if (options.json)
    return printJson({ ...plain(model), settings: { batch, length, prompt, rank, tokens, device }, memory });
  for (const [name, value] of facts(model)) print(`${name.padEnd(12)} ${value}`);
  print("");
  print(`Memory at the peak on the ${device.toUpperCase()}, estimated`);
  const row = (what: string, estimate: MemoryEstimate) =>
    print(`  ${what.padEnd(44)} ${amount(estimate.total, "bytes").padStart(8)}   ${parts(estimate)}`);
  row(`generate ${batch} x ${length} tokens, prompts of ${prompt}`, inference);
  row(`LoRA rank ${rank}, passes of ${tokens} tokens`, memory.lora.checkpointed);
  row("  without gradient checkpointing", memory.lora.whole);
  row(`every weight, passes of ${tokens} tokens`, memory.full.checkpointed);
  print(ON_TOP[device]);
  if (length > headers.config.contextLength) {
    print(
      `${length} tokens are more than the model's context of ${headers.config.contextLength}: it generates no more.`,
    );
  }
}

/** What a process takes beside its arrays. */
const ON_TOP = {
  cpu: "On top of it: about 0.1 GB for the program, and in training freed memory that is kept for reuse, up to 4 GB.",
  gpu: "On top of it: about 0.1 GB for the program, and freed memory that is kept for reuse.",
};

function parts({ weights, cache, trained, activations }: MemoryEstimate): string {
  return Object.entries({ weights, cache, "trained + moments": trained, activations })
    .filter(([, bytes]) => bytes > 0)
    .map(([name, bytes]) => `${name} ${amount(bytes, "bytes")}`)
    .join(", ");
}

function facts({ name, path, headers, parameters, bitsPerWeight, packing }: ModelInfo): [string, string][] {
  const { config: c, fileBytes } = headers;
  const packed = packing
    ? `${packing.bits} bits in groups of ${packing.groupSize}${packing.otherwise > 0 ? `; ${packing.otherwise} otherwise` : ""}`
    : "no";
  return [
    ["model", name],
    ["path", path ?? "not on this machine: azr-tui models pull fetches it"],
    ["architecture", c.architecture],
    ["parameters", `${(parameters / 1e6).toFixed(1)} M`],
    ["files", `${amount(fileBytes, "bytes")}, ${bitsPerWeight.toFixed(2)} bits a weight`],
    ["packed", packed],
    ["context", `${c.contextLength} tokens`],
    ["layers", `${c.layers} of width ${c.hiddenSize}, MLP ${c.intermediateSize}`],
    ["heads", `${c.heads} of ${c.headDimension}, ${c.keyValueHeads} for keys and values`],
    ["vocabulary", `${c.vocabularySize}, output ${c.tiedEmbedding ? "tied to the embedding" : "of its own"}`],
  ];
}

function plain({ name, path, headers, parameters, bitsPerWeight, packing }: ModelInfo) {
  const { config: c, fileBytes } = headers;
  return {
    name,
    path,
    architecture: c.architecture,
    parameters,
    file_bytes: fileBytes,
    bits_per_weight: bitsPerWeight,
    quantization: packing && {
      bits: packing.bits,
      group_size: packing.groupSize,
      otherwise: packing.otherwise,
    },
    context_length: c.contextLength,
    layers: c.layers,
    hidden_size: c.hiddenSize,
    intermediate_size: c.intermediateSize,
    heads: c.heads,
    key_value_heads: c.keyValueHeads,
    head_dimension: c.headDimension,
    vocabulary_size: c.vocabularySize,
    tied_embedding: c.tiedEmbedding,
  };
}
