import { execa } from "execa";
import { SetupError } from "../errors/index.ts";
import { isRoot, SANDBOX_ACCOUNT, sandboxAccount } from "./account.ts";
import { findExecutable } from "./executable.ts";
import { installSteps, packageManager, packageOf } from "./package-manager.ts";

/** What set-up has to do on this machine before programs can be sandboxed. */
export interface SandboxInstallation {
  /** True when nothing is missing (any more). */
  ready: boolean;
  /** What was installed or made by this call, in words. */
  done: string[];
  /** The one line for the user to run with root's rights; absent when ready. */
  command?: string;
}

const ACCOUNT_COMMAND = `useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ${SANDBOX_ACCOUNT}`;

/**
 * The shell line that provides what is missing; undefined where packages are, and the system's manager is none that is
 * known. Pure, so that each branch has a golden test.
 */
export function installCommand(
  missing: { packages: readonly string[]; account: boolean },
  manager: string | undefined,
): string | undefined {
  const install = missing.packages.length > 0 ? installSteps(missing.packages, manager) : [];
  if (!install) return undefined;
  return [...install, ...(missing.account ? [ACCOUNT_COMMAND] : [])].join(" && ");
}

/**
 * Installs firejail and bubblewrap with apt-get and makes the sandbox account, on Debian and its relatives as
 * root. Elsewhere it changes nothing and returns the line to run. Raises SetupError when apt-get or useradd
 * fails. Does nothing when everything is there, so it may be called at every start.
 */
export async function installSandbox(
  options: { onProgress?: (line: string) => void } = {},
): Promise<SandboxInstallation> {
  if (process.platform !== "linux") return { ready: true, done: [] };
  const account = sandboxAccount();
  const lacking = ["firejail", "bwrap", "prlimit", "setpriv"].filter(
    (program) => !("path" in findExecutable(program, account)),
  );
  const packages = [...new Set(lacking.map(packageOf))];
  const missing = { packages, account: isRoot() && account === undefined };
  if (packages.length === 0 && !missing.account) return { ready: true, done: [] };

  const manager = packageManager();
  const command = installCommand(missing, manager);
  const oneIsThere = !(lacking.includes("firejail") && lacking.includes("bwrap"));
  if (command === undefined) {
    const line = `install ${packages.join(" and ")} with this system's package manager, then run: azr-tui setup`;
    return { ready: oneIsThere && !missing.account, done: [], command: line };
  }
  if (!isRoot()) return { ready: oneIsThere, done: [], command: `sudo sh -c '${command}'` };
  // Tried on Debian and its relatives only: on others the user runs it.
  if (packages.length > 0 && manager !== "apt-get") {
    return { ready: oneIsThere && !missing.account, done: [], command };
  }

  const environment = {
    PATH: process.env.PATH ?? "/usr/sbin:/usr/bin:/sbin:/bin",
    DEBIAN_FRONTEND: "noninteractive",
  };
  for (const step of command.split(" && ")) {
    options.onProgress?.(step);
    const [file = "", ...args] = step.split(" ");
    const result = await execa(file, args, {
      env: environment,
      extendEnv: true,
      stdin: "ignore",
      all: true,
      reject: false,
    });
    if (result.failed) {
      throw new SetupError(`\`${step}\` failed: ${lastLines(result.all ?? result.shortMessage ?? "")}`, {
        mend: `Run it by hand as root, then again: ${command}`,
      });
    }
  }
  return { ready: true, done: command.split(" && ") };
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-3).join("; ");
}
