import {
  AzrError,
  ConfigError,
  EngineError,
  ModelLoadError,
  RunError,
  SandboxError,
  SetupError,
} from "./index.ts";

/** Every kind of AzrError. */
export const ERROR_KINDS = [
  ConfigError,
  ModelLoadError,
  SandboxError,
  EngineError,
  RunError,
  SetupError,
] as const;

/** An error as plain data, to cross a thread or process. */
export interface PackedError {
  /** Class name. */
  name: string;
  message: string;
  mend?: string;
  stack?: string;
}

export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  return {
    name,
    message,
    ...(error instanceof AzrError && error.mend !== undefined ? { mend: error.mend } : {}),
    ...(stack === undefined ? {} : { stack }),
  };
}

/** The same kind of AzrError on this side; one that is none of them becomes an EngineError. The stack is the cause. */
export function unpackError(packed: PackedError): AzrError {
  const Kind = ERROR_KINDS.find((kind) => kind.name === packed.name);
  const options = {
    ...(packed.mend === undefined ? {} : { mend: packed.mend }),
    ...(packed.stack === undefined ? {} : { cause: packed.stack }),
  };
  return Kind
    ? new Kind(packed.message, options)
    : new EngineError(`${packed.name}: ${packed.message}`, options);
}

/** The kind whose exit code a process ended with; EngineError for any other code. */
export function kindOfExit(exitCode: number): (typeof ERROR_KINDS)[number] {
  return ERROR_KINDS.find((kind) => new kind("").exitCode === exitCode) ?? EngineError;
}
