import { closeSync, openSync } from "node:fs";
import type { Backend, Host } from "./backends/backend.ts";
import { ownerTag, thisOwner } from "./owner.ts";
import type { Policy } from "./policy.ts";
import type { Watchdog } from "./watchdog.ts";

/** Everything that the workers of one pool share. */
export interface WorkerSetup {
  backend: Backend;
  host: Host;
  policy: Policy;
  /** A file of the host that no worker may be able to read. */
  canary: string;
  watchdog: Watchdog;
}

/** Starts the interpreter small: the worker itself comes over the pipe, since firejail bounds an argument. */
export const BOOTSTRAP = [
  "import posix,marshal",
  "def r(n):",
  " b=b''",
  " while len(b)<n:",
  "  c=posix.read(0,n-len(b))",
  "  if not c:posix._exit(0)",
  "  b+=c",
  " return b",
  "exec(marshal.loads(r(int.from_bytes(r(4),'big'))),{'__name__':'worker'})",
].join("\n");

/** In the command line of every worker, so that leftovers are found; followed by the engine's owner tag. */
export const WORKER_MARK = "azr-tui-sandbox-worker";

export type Child = Bun.Subprocess<"pipe", "pipe", "pipe">;

/** Starts an interpreter in its sandbox, in a session of its own; it proves itself later. */
export function launch({ backend, host, policy }: WorkerSetup, hashSeed: number): Child {
  const python = [
    host.interpreter.path,
    "-s",
    "-S",
    "-B",
    "-c",
    `${BOOTSTRAP} # ${WORKER_MARK} ${ownerTag(thisOwner())}`,
  ];
  const { command, descriptor3 } = backend.launch(host, policy, python);
  const file = descriptor3 === undefined ? undefined : openSync(descriptor3, "r");
  try {
    const child = Bun.spawn(command, {
      stdio: file === undefined ? ["pipe", "pipe", "pipe"] : ["pipe", "pipe", "pipe", file],
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", PYTHONHASHSEED: String(hashSeed) },
      detached: true,
      // Supplementary groups are dropped with it.
      ...host.account,
    }) as Child;
    child.unref();
    return child;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
