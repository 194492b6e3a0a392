/**
 * The errors a user can meet, named by the boundary that raises them. A message says what was expected,
 * what came, and what to do next (`mend`). The CLI prints both and exits with `exitCode`.
 */
export abstract class AzrError extends Error {
  /** Process exit code of the CLI for this kind of error. */
  abstract readonly exitCode: number;
  /** What the user can do about it, one sentence or a command; printed under the message. */
  readonly mend: string | undefined;

  constructor(message: string, options: { mend?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.mend = options.mend;
  }
}

/** Wrong command line, config file, config key or value. */
export class ConfigError extends AzrError {
  readonly exitCode = 2;
}

/** A model, tokenizer, adapter or data file that is missing, truncated, corrupt or not supported. */
export class ModelLoadError extends AzrError {
  readonly exitCode = 3;
}

/** A sandbox that is missing or cannot prove itself. Never raised for what a generated program does. */
export class SandboxError extends AzrError {
  readonly exitCode = 4;
}

/** MLX or the native shim failed: compile, load, out of memory, any C++ exception (with its message). */
export class EngineError extends AzrError {
  readonly exitCode = 5;
}

/** A run directory, database or checkpoint that is occupied, damaged, missing or cannot be written. */
export class RunError extends AzrError {
  readonly exitCode = 6;
}

/** A download or installation that set-up needs and could not do. */
export class SetupError extends AzrError {
  readonly exitCode = 7;
}
