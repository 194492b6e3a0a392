/**
 * Command line that runs a file of this project as a process of its own. Bun takes settings and variables from the
 * directory that it is started in: a `bunfig.toml` of somebody else's there could name code to load first, and its
 * `.env` set whatever this program reads. The first line of cli/main.ts says the same.
 */
export function ownCommand(entry: string): string[] {
  return [process.execPath, "--no-env-file", "--config=/dev/null", entry];
}
