import { closeSync, lstatSync, openSync, readSync, realpathSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { Account } from "./account.ts";
import { closedDirectory, mayExecute, modeText } from "./rights.ts";

/** Where a program is, or why there is none that could be started. */
export type Lookup = { path: string } | { failure: string; mend?: string };

/** Searched behind PATH, which a service or a cron job may have cut short. */
const STANDARD = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"];

/**
 * Finds a program as `execvp` would, for the account that is to run it (this user when undefined). What stands in the
 * way is named: a directory, a missing right, a link or an interpreter that is not there.
 */
export function findExecutable(
  name: string,
  account?: Account,
  searched: string = process.env.PATH ?? "",
): Lookup {
  const directories = [...searched.split(":").filter((path) => path.startsWith("/")), ...STANDARD];
  const obstacles: string[] = [];
  for (const directory of new Set(directories)) {
    const path = join(directory, name);
    const obstacle = obstacleOf(path, account);
    if (obstacle === undefined) return { path };
    if (obstacle) obstacles.push(`${path} ${obstacle}`);
  }
  if (obstacles.length === 0) return { failure: `${name} is not installed.` };
  return {
    failure: `${name} cannot be started: ${obstacles.join("; ")}.`,
    mend: "Mend it, or take its directory out of PATH.",
  };
}

/** Why a path cannot be started; empty where nothing is, undefined when it can be. */
function obstacleOf(path: string, account: Account | undefined): string | undefined {
  // Whatever keeps this user from looking: an entry of PATH that leads nowhere is no obstacle, as for `execvp`.
  if (!look(lstatSync, path)) return "";
  const found = look(statSync, path);
  if (!found) return "is a link to something that is not there";
  if (found.isDirectory()) return "is a directory";
  if (!found.isFile()) return "is no file";
  const closed = account && (closedDirectory(path, account) ?? closedDirectory(realpathSync(path), account));
  if (closed !== undefined) return `is behind ${closed}, which the sandbox's account may not enter`;
  if (!mayExecute(found, account)) {
    return `may not be executed${account ? " by the sandbox's account" : ""} (mode ${modeText(found.mode)})`;
  }
  const interpreter = interpreterOf(path);
  if (interpreter !== undefined && !look(statSync, interpreter)?.isFile()) {
    return `is a script for ${interpreter}, which is not there`;
  }
  return undefined;
}

function look(stat: (path: string) => Stats, path: string): Stats | undefined {
  try {
    return stat(path);
  } catch {
    return undefined;
  }
}

/** The program that a script names in its first line; undefined for what is no script, or not ours to read. */
function interpreterOf(path: string): string | undefined {
  const bytes = Buffer.alloc(256);
  try {
    const file = openSync(realpathSync(path), "r");
    try {
      readSync(file, bytes, 0, bytes.length, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
  return /^#![ \t]*([^ \t\n\0]+)/.exec(bytes.toString("latin1"))?.[1];
}
