import type { Config } from "../config/schema.ts";
import { ConfigError } from "../errors/index.ts";
import type { Example } from "../interfaces/example.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import { stream } from "../random/stream.ts";
import { type DataFile, readDataFile } from "./data-file.ts";
import { tokenize } from "./tokenize.ts";

export type SupervisedConfig = Extract<Config["training"]["algorithm"], { type: "sft" }>;

/** The examples of a run. */
export interface ExampleSet {
  train: Example[];
  validation: Example[];
  /** Rows left out because they are too long. */
  tooLong: number;
  /** Length beyond which rows were left out, tokens. */
  limit: number;
  /** SHA-256 of each file that was read, by path. */
  digests: Record<string, string>;
}

/**
 * Reads, tokenizes and divides a run's data: validation rows from their own file, else `held_out` of the data drawn by
 * the seed. Rows above `max_length`, or above what the model reads, are left out. Throws ConfigError for damaged
 * rows, and when nothing is left.
 */
export function readExamples(options: {
  config: SupervisedConfig;
  seed: number;
  tokenizer: Tokenizer;
  contextLength: number;
}): ExampleSet {
  const { config, seed, tokenizer } = options;
  const limit = Math.min(config.max_length, options.contextLength);
  const files = [config.data, config.validation].filter((path) => path !== "").map(readDataFile);
  let tooLong = 0;
  const [data = [], apart] = files.map((file) => {
    const all = file.rows.map(({ row, line }) => {
      const where = `${file.path}:${line}`;
      const example = tokenize(tokenizer, row, { completionOnly: config.completion_only, where });
      if (!example.covered.includes(1))
        throw new ConfigError(`${where}: ${row.kind}: a single token, which nothing can be learnt from`, {
          mend: "Give the row more text, or take it out.",
        });
      return example;
    });
    const kept = all.filter(({ tokens }) => tokens.length <= limit);
    tooLong += all.length - kept.length;
    if (kept.length === 0) throw nothingLeft(file, limit);
    return kept;
  });
  const held = apart ? new Set<Example>() : heldOut(data, config.held_out, seed);
  const train = data.filter((example) => !held.has(example));
  if (train.length === 0)
    throw new ConfigError(
      `training.algorithm.held_out ${config.held_out} leaves none of ${data.length} rows`,
      {
        mend: "Hold out a smaller share.",
      },
    );
  const digests = Object.fromEntries(files.map(({ path, sha256 }) => [path, sha256]));
  return { train, validation: apart ?? [...held], tooLong, limit, digests };
}

/** At least one row where any is wanted. */
function heldOut(data: readonly Example[], share: number, seed: number): Set<Example> {
  const count = share > 0 ? Math.max(1, Math.round(share * data.length)) : 0;
  return new Set(stream(seed, "sft", "held out").sample(data, count));
}

function nothingLeft({ path, rows }: DataFile, limit: number): ConfigError {
  return new ConfigError(`all ${rows.length} rows of ${path} have more than ${limit} tokens`, {
    mend: "Raise training.algorithm.max_length (up to what the model reads), or give shorter rows.",
  });
}
