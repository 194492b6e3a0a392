import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { sandboxAccount } from "./account.ts";
import type { Host } from "./backends/backend.ts";
import { findInterpreter } from "./interpreter.ts";

/** Reads what the backends need to know about this machine. Raises SandboxError without a usable Python. */
export function readHost(directory: string, programs: Host["programs"]): Host {
  const root = list("/");
  const interpreter = findInterpreter();
  return {
    account: sandboxAccount(),
    interpreter,
    topLevel: root.filter((path) => !isLink(path)),
    usr: list("/usr").filter((path) => !isLink(path)),
    beside: besideRoots(interpreter.roots),
    links: root.filter(isLink).map((path) => ({ path, target: readlinkSync(path) })),
    architecture: process.arch,
    directory,
    programs,
  };
}

const SYSTEM = /^\/(?:usr\/)?(?:bin|lib|lib32|lib64|libx32)\//;

/** Directories beside the way to each root, from the third level on: what lies above is in the other lists. */
function besideRoots(roots: readonly string[]): string[] {
  const own = roots.filter((root) => !SYSTEM.test(root));
  const beside = new Set<string>();
  for (const root of own) {
    const parts = root.split("/").slice(1, -1);
    const first = parts[0] === "usr" ? 2 : 1;
    for (let depth = first; depth <= parts.length; depth++) {
      for (const path of list(`/${parts.slice(0, depth).join("/")}`)) {
        const leads = own.some((other) => other === path || other.startsWith(`${path}/`));
        if (!leads && lstatSync(path).isDirectory()) beside.add(path);
      }
    }
  }
  return [...beside].sort();
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
