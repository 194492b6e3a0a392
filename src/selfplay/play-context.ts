import type { Config } from "../config/schema.ts";
import type { Generator } from "../interfaces/generator.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import type { Executor } from "../sandbox/executor.ts";
import type { PromptStyle } from "./prompts/prompt.ts";

/** What every part of self-play needs. */
export interface PlayContext {
  config: Config;
  generator: Generator;
  executor: Executor;
  tokenizer: Tokenizer;
  style: PromptStyle;
}
