/**
 * Bun takes files of the directory that it is started in, where they may be somebody else's: `bunfig.toml` names code to
 * load first, `.env` sets whatever this program reads, and `tsconfig.json`, of the directories above too, can put other
 * files in the place of ours.
 */
export const FOREIGN_FILES_ASIDE = ["--no-env-file", "--config=/dev/null", "--tsconfig-override=/dev/null"];

/** Command line that runs a file of this project as a process of its own. The first line of cli/main.ts says the same. */
export function ownCommand(entry: string): string[] {
  return [process.execPath, ...FOREIGN_FILES_ASIDE, entry];
}
