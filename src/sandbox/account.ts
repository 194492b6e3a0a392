import { readFileSync } from "node:fs";

/** The account that sandboxes run under when the engine itself runs as root. `nobody` is refused by firejail. */
export const SANDBOX_ACCOUNT = "azr-sandbox";

export interface Account {
  uid: number;
  gid: number;
}

/** Finds an account in the text of a passwd(5) file; undefined when it is not there. */
export function findAccount(passwd: string, name: string): Account | undefined {
  for (const line of passwd.split("\n")) {
    const [user, , uid, gid] = line.split(":");
    if (user === name && uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** The account to drop to: undefined for an ordinary user (nothing to drop) and where none was made. */
export function sandboxAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return findAccount(readFileSync("/etc/passwd", "utf8"), SANDBOX_ACCOUNT);
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
