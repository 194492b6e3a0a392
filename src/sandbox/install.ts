import { existsSync } from "node:fs";
import { execa } from "execa";
import { SetupError } from "../errors/index.ts";
import { isRoot, SANDBOX_ACCOUNT, sandboxAccount } from "./account.ts";

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

/** The shell line that provides what is missing. Pure, so that both branches have golden tests. */
export function installCommand(missing: { packages: readonly string[]; account: boolean }): string {
  const steps: string[] = [];
  if (missing.packages.length > 0) {
    steps.push("apt-get update", `apt-get install -y --no-install-recommends ${missing.packages.join(" ")}`);
  }
  if (missing.account) steps.push(ACCOUNT_COMMAND);
  return steps.join(" && ");
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
  const packages = [
    ...(Bun.which("firejail") ? [] : ["firejail"]),
    ...(Bun.which("bwrap") ? [] : ["bubblewrap"]),
  ];
  const missing = { packages, account: isRoot() && sandboxAccount() === undefined };
  if (packages.length === 0 && !missing.account) return { ready: true, done: [] };

  const command = installCommand(missing);
  if (!isRoot()) return { ready: packages.length < 2, done: [], command: `sudo sh -c '${command}'` };
  if (packages.length > 0 && !existsSync("/usr/bin/apt-get")) {
    return {
      ready: false,
      done: [],
      command: `install ${packages.join(" and ")} with this system's package manager, then run: azr-tui setup`,
    };
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
