import { type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Account } from "./account.ts";

/** Whether mode and owner let an account (this user when undefined) start a file, or enter a directory. */
export function mayExecute(
  { mode, uid, gid }: Pick<Stats, "mode" | "uid" | "gid">,
  account: Account | undefined,
): boolean {
  const user = account?.uid ?? process.geteuid?.();
  if (user === undefined || user === 0) return (mode & 0o111) !== 0;
  if (user === uid) return (mode & 0o100) !== 0;
  const groups = account ? [account.gid] : [process.getegid?.() ?? -1, ...(process.getgroups?.() ?? [])];
  return (mode & (groups.includes(gid) ? 0o010 : 0o001)) !== 0;
}

/** The outermost directory on the way to a path that an account may not enter, with its mode; undefined for none. */
export function closedDirectory(path: string, account: Account): string | undefined {
  const above = dirname(path);
  const outer = above === path ? undefined : closedDirectory(above, account);
  if (outer !== undefined) return outer;
  const found = statSync(above, { throwIfNoEntry: false });
  return found && !mayExecute(found, account) ? `${above} (mode ${modeText(found.mode)})` : undefined;
}

/** `0755`. */
export function modeText(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
