import { AzrError } from "../errors/index.ts";
import { say, style } from "./terminal.ts";

/** Exit codes of every command; the table is printed by `--help` and in the reference page. */
export const EXIT_CODES: readonly (readonly [number, string])[] = [
  [0, "done"],
  [1, "unexpected error (a defect: run again with --verbose and report it)"],
  [2, "wrong command line or configuration"],
  [3, "model, tokenizer, adapter or data file missing, damaged or not supported"],
  [4, "no sandbox that proves itself"],
  [5, "MLX or the native layer failed"],
  [6, "run directory, database or checkpoint occupied, damaged or not writable"],
  [7, "set-up could not download, install or compile something"],
  [130, "ended by Ctrl-C"],
];

/** Prints an error with its mend and returns the exit code. */
export function reportError(error: unknown, verbose: boolean): number {
  if (error instanceof AzrError) {
    say(`${style.red("error:")} ${error.message}`);
    if (error.mend) say(`${style.cyan("mend:")}  ${error.mend}`);
    if (verbose && error.cause) say(String((error.cause as Error).stack ?? error.cause));
    return error.exitCode;
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  say(`${style.red("unexpected error:")} ${message}`);
  say(
    verbose && error instanceof Error
      ? String(error.stack)
      : style.dim("Run again with --verbose to see where."),
  );
  return 1;
}
