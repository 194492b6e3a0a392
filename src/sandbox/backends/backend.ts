import type { Account } from "../account.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Policy } from "../policy.ts";

export type BackendName = "firejail" | "bwrap" | "sandbox-exec" | "unsafe-local";

/** Everything about this machine that a command line depends on. Read once; builders are pure functions of it. */
export interface Host {
  /** Account that launchers run as, when the engine runs as root. */
  account: Account | undefined;
  interpreter: Interpreter;
  /** Directories at the root of the file system, and below /usr. Symbolic links are not among them. */
  topLevel: readonly string[];
  usr: readonly string[];
  /** Directories beside those that lead to an interpreter outside the system's, such as /usr/local/share. */
  beside: readonly string[];
  /** Symbolic links at the root, such as `lib -> usr/lib`. */
  links: readonly { path: string; target: string }[];
  architecture: NodeJS.Architecture;
  /** Absolute paths of the programs that the backend starts, by name. */
  programs: Readonly<Record<string, string>>;
  /** A directory of the pool's own, for profiles and filters. */
  directory: string;
}

/** What the launcher needs to start one worker. */
export interface Launch {
  command: string[];
  /** File that the launcher reads on descriptor 3 (the seccomp filter of bwrap). */
  descriptor3?: string;
}

/** Where a program of the backend is; its name where nobody has looked. */
export function program(host: Host, name: string): string {
  return host.programs[name] ?? name;
}

export interface Backend {
  readonly name: BackendName;
  /** Programs that it starts, the launcher first; none when none is needed. */
  readonly programs: readonly string[];
  /** Seccomp filters that the launcher puts on a program, at least. */
  readonly filters: number;
  /** A filter that the worker puts on itself before its first job, beside the launcher's; none when absent. */
  ownFilter?(host: Host): Uint8Array;
  /** Files to write into `host.directory` before the first launch. */
  files(host: Host, policy: Policy): { name: string; content: string | Uint8Array }[];
  /** Command line that runs `python` (argv) inside the sandbox. */
  launch(host: Host, policy: Policy, python: readonly string[]): Launch;
}
