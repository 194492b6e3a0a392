#!/usr/bin/env -S bun --no-env-file --config=/dev/null --tsconfig-override=/dev/null
import { reportError } from "./report-error.ts";
import { takeScreenOptions } from "./screen-options.ts";
import { endWithReader } from "./terminal.ts";

/** Runs one command line and returns its exit code. Home waits for no command's code. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    if (!takeScreenOptions(argv)) {
      const { runProgram } = await import("./program.ts");
      return await runProgram(argv);
    }
    const { home } = await import("./home.ts");
    return await home();
  } catch (error) {
    return reportError(error, false);
  }
}

if (import.meta.main) {
  endWithReader();
  const code = await main(process.argv.slice(2));
  process.exit(code);
}
