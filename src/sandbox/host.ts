import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { sandboxAccount } from "./account.ts";
import type { Host } from "./backends/backend.ts";
import { findInterpreter } from "./interpreter.ts";

/** Reads what the backends need to know about this machine. Raises SandboxError without a usable Python. */
export function readHost(directory: string): Host {
  const root = list("/");
  return {
    account: sandboxAccount(),
    interpreter: findInterpreter(),
    topLevel: root.filter((path) => !isLink(path)),
    run: list("/run").filter((path) => !isLink(path)),
    usr: list("/usr").filter((path) => !isLink(path)),
    links: root.filter(isLink).map((path) => ({ path, target: readlinkSync(path) })),
    architecture: process.arch,
    directory,
  };
}

/** Entries of a directory with their path, sorted; none where it is missing or unreadable. */
function list(directory: string): string[] {
  try {
    return readdirSync(directory)
      .map((name) => join(directory, name))
      .sort();
  } catch {
    return [];
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
