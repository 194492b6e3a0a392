import type { Command } from "commander";
import packageJson from "../../../../package.json" with { type: "json" };
import type { AppsLevel, BenchmarkName, Format } from "../../../config/benchmark-name.ts";
import { temperatureOf } from "../../../config/sample-temperature.ts";
import { ConfigError } from "../../../errors/index.ts";
import type { EvaluationSetup } from "../../../evaluation/result.ts";
import { trainedPlace } from "../../trained-place.ts";
import type { ModelChoice } from "../chosen-model.ts";

/** Options of `eval`, as the command line gives them. */
export interface EvalOptions extends ModelChoice {
  benchmark: BenchmarkName;
  data?: string;
  level?: AppsLevel;
  format: Format;
  shots: number;
  completions?: string;
  samplesOnly?: boolean;
  samples: number;
  k: number[];
  temperature?: number;
  topP: number;
  maxTokens?: number;
  seed: number;
  limit: number;
  /** `base`, a result file, or a run. */
  baseline?: string;
  referenceRows?: boolean;
  /** `all`, or numbers with commas between them. */
  checkpoints?: string;
  output_dir?: string;
  output?: string;
  fresh?: boolean;
  json?: boolean;
}

/** What a result says of the problems that it is of. */
export function dataSetup({ data, level }: Pick<Partial<EvalOptions>, "data" | "level">): EvaluationSetup {
  return {
    version: packageJson.version,
    ...(data === undefined ? {} : { data }),
    ...(level === undefined ? {} : { level }),
  };
}

/** The options, the model's name among them wherever it stood. Throws ConfigError for what contradicts itself. */
export function checkedOptions(model: string | undefined, given: EvalOptions, command: Command): EvalOptions {
  const named = (option: string) => command.getOptionValueSource(option) === "cli";
  if (model !== undefined && named("model_path") && given.model_path !== model) {
    throw new ConfigError(`Two models are named: ${model} and ${given.model_path}.`, {
      mend: "Name one; the other can be the --baseline when it is a run.",
    });
  }
  const options = model === undefined ? given : { ...given, model_path: model };
  if (options.completions === undefined) checkSampling(options, named);
  else checkForeign(model, named);
  checkSamplesOnly(options);
  checkCheckpoints(options);
  return options;
}

function checkSampling(options: EvalOptions, named: (option: string) => boolean): void {
  const most = Math.max(...options.k);
  if (most > options.samples) {
    throw new ConfigError(
      `pass@${most} needs at least ${most} samples a problem, and --samples is ${options.samples}.`,
      { mend: `Give --samples ${most}, or a smaller --k.` },
    );
  }
  if (temperatureOf(options) > 0) return;
  if (options.samples > 1) {
    throw new ConfigError("--temperature 0 is greedy, so that all samples of a problem are the same.", {
      mend: "Leave out --samples, or raise --temperature.",
    });
  }
  if (named("topP")) {
    throw new ConfigError("--top-p does nothing to greedy samples.", {
      mend: "Give a --temperature above 0 as well, or leave out --top-p.",
    });
  }
}

/** What says how a model samples, by its name on the command line. */
const OF_SAMPLING: readonly (readonly [option: string, flag: string])[] = [
  ["model_path", "--model"],
  ["adapter", "--adapter"],
  ["checkpoint", "--checkpoint"],
  ["checkpoints", "--checkpoints"],
  ["revision", "--revision"],
  ["quantize", "--quantize"],
  ["format", "--format"],
  ["shots", "--shots"],
  ["samples", "--samples"],
  ["temperature", "--temperature"],
  ["topP", "--top-p"],
  ["maxTokens", "--max-tokens"],
  ["seed", "--seed"],
  ["fresh", "--fresh"],
  ["samplesOnly", "--samples-only"],
];

function checkForeign(model: string | undefined, named: (option: string) => boolean): void {
  const flags = OF_SAMPLING.flatMap(([option, flag]) => (named(option) ? [flag] : []));
  const idle = [...(model === undefined ? [] : [`the model ${model}`]), ...flags];
  if (idle.length === 0) return;
  throw new ConfigError(
    `--completions brings samples that are there: no model is loaded, and ${idle.join(", ")} would do nothing.`,
    { mend: `Leave out ${idle.join(", ")}; or --completions, to sample a model.` },
  );
}

function checkSamplesOnly(options: EvalOptions): void {
  if (!options.samplesOnly) return;
  if (options.baseline === undefined && options.checkpoints === undefined) return;
  throw new ConfigError("--samples-only judges nothing, so there is nothing to set beside a baseline.", {
    mend: "Leave out --samples-only, or --baseline and --checkpoints.",
  });
}

function checkCheckpoints({ checkpoints, checkpoint, model_path }: EvalOptions): void {
  if (checkpoints === undefined) return;
  if (trainedPlace(model_path) === null) {
    throw new ConfigError(`--checkpoints goes with a run; "${model_path}" is none.`, {
      mend: "Name a run; azr-tui runs list shows them.",
    });
  }
  if (checkpoint !== undefined) {
    throw new ConfigError("--checkpoint names one checkpoint and --checkpoints several.", {
      mend: "Give one of the two.",
    });
  }
}
