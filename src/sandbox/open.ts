import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Config } from "../config/schema.ts";
import { SandboxError } from "../errors/index.ts";
import { isRoot, SANDBOX_ACCOUNT, sandboxAccount } from "./account.ts";
import type { Backend, BackendName } from "./backends/backend.ts";
import { bwrap } from "./backends/bwrap.ts";
import { firejail } from "./backends/firejail.ts";
import { sandboxExec } from "./backends/sandbox-exec.ts";
import { unsafeLocal } from "./backends/unsafe-local.ts";
import { findExecutable } from "./executable.ts";
import { readHost } from "./host.ts";
import type { WorkerSetup } from "./launch.ts";
import { directoryPrefix, sweepLeftovers } from "./leftovers.ts";
import { thisOwner } from "./owner.ts";
import { installAdvice, packageManager, packageOf } from "./package-manager.ts";
import { type Policy, policyFrom } from "./policy.ts";
import { SandboxPool } from "./pool.ts";
import type { ProofLine } from "./proof.ts";
import { closedDirectory } from "./rights.ts";
import { Watchdog } from "./watchdog.ts";
import { UnprovenError, Worker } from "./worker.ts";

export const BACKENDS: Record<BackendName, Backend> = {
  firejail,
  bwrap,
  "sandbox-exec": sandboxExec,
  "unsafe-local": unsafeLocal,
};

export interface OpenOptions {
  /** `unsafe-local` is refused without it. */
  allowUnsafe?: boolean;
  /** Parts of the policy that the configuration does not name. */
  policy?: Partial<Policy>;
  /** Backends that `auto` tries in turn; this platform's when absent. */
  order?: readonly Backend[];
  /** Told, in one line, which backend is used and why those before it are not. */
  onPassedOver?: (remark: string) => void;
}

/** In the order that `auto` tries them; docs/decisions/0010 says why. */
export function platformBackends(platform: NodeJS.Platform = process.platform): Backend[] {
  if (platform === "linux") return [firejail, bwrap];
  return platform === "darwin" ? [sandboxExec] : [];
}

/**
 * Opens a pool on the configured backend, or on the first that proves itself for `auto`. Raises SandboxError,
 * with what each backend lacked, when none does: nothing is ever run unproven.
 */
export async function openSandbox(
  config: Config["sandbox"],
  options: OpenOptions = {},
): Promise<SandboxPool> {
  if (config.backend === "unsafe-local" && !options.allowUnsafe) {
    throw new SandboxError("The backend unsafe-local runs generated programs without any sandbox.", {
      mend: "Use a real backend, or give --unsafe-local if you accept that programs can do what you can.",
    });
  }
  const candidates =
    options.order ?? (config.backend === "auto" ? platformBackends() : [BACKENDS[config.backend]]);
  const policy = { ...policyFrom(config), ...options.policy };
  const failures: string[] = [];
  const mends = new Set<string>();
  for (const backend of candidates) {
    const opened = await prepare(backend, policy);
    if ("failure" in opened) {
      failures.push(`${backend.name}: ${sentence(opened.failure)}`);
      if (opened.mend) mends.add(sentence(opened.mend));
      continue;
    }
    if (failures.length > 0) options.onPassedOver?.(`${backend.name} is used. ${failures.join(" ")}`);
    return new SandboxPool(opened.setup, opened.first, opened.release);
  }
  if (candidates.length === 0) {
    throw new SandboxError(`There is no sandbox for ${process.platform}.`, {
      mend: "Run on Linux or macOS.",
    });
  }
  throw new SandboxError(`No sandbox can be used. ${failures.join(" ")}`, {
    mend: [...mends, "Each proof line by line: azr-tui sandbox check"].join(" "),
  });
}

export interface Prepared {
  setup: WorkerSetup;
  /** The worker that proved the backend. */
  first: Worker;
  /** Removes the pool's directory and lets the watchdog go. */
  release: () => Promise<void>;
}

/** Why a backend cannot be used, and what its worker showed before it was refused. */
export interface Refusal {
  failure: string;
  /** What to do about it, where that is known. */
  mend?: string;
  proof: readonly ProofLine[];
}

/** Writes a backend's files and starts one worker; a refusal when that worker is not proven. */
export async function prepare(backend: Backend, policy: Policy): Promise<Prepared | Refusal> {
  const real = backend.name !== "unsafe-local";
  if (real && !platformBackends().some(({ name }) => name === backend.name)) {
    const platform = backend.name === "sandbox-exec" ? "macOS" : "Linux";
    return { failure: `exists on ${platform} only.`, mend: "Choose auto.", proof: [] };
  }
  const account = real ? sandboxAccount() : undefined;
  if (isRoot() && !account && real && process.platform === "linux") {
    return { failure: "the account to run programs under is missing.", mend: SET_UP, proof: [] };
  }
  const programs: Record<string, string> = {};
  for (const name of backend.programs) {
    const found = findExecutable(name, account);
    if ("failure" in found) return { mend: adviceFor(name), ...found, proof: [] };
    programs[name] = found.path;
  }
  sweepLeftovers();
  const directory = poolDirectory();
  let watchdog: Watchdog | undefined;
  const release = async () => {
    await watchdog?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    watchdog = new Watchdog(directory);
    const host = readHost(directory, programs);
    // Readable by the sandbox's account; the canary is world-readable, so that only the sandbox can hide it.
    chmodSync(directory, 0o755);
    for (const file of backend.files(host, policy)) {
      writeFileSync(join(directory, file.name), file.content, { mode: 0o644 });
    }
    const canary = join(directory, "canary");
    writeFileSync(canary, "a sandboxed worker must not be able to read this\n", { mode: 0o644 });
    const setup: WorkerSetup = { backend, host, policy, canary, watchdog };
    return { setup, first: await Worker.start(setup, 0), release };
  } catch (error) {
    await release();
    if (error instanceof SandboxError) throw error;
    const proof = error instanceof UnprovenError ? error.proof : [];
    const closed = account && closedDirectory(directory, account);
    if (closed !== undefined) {
      const failure = `${sentence((error as Error).message)} Its files are behind ${closed}, which the account ${SANDBOX_ACCOUNT} may not enter.`;
      return { failure, mend: "Set TMPDIR to a directory that every account may enter.", proof };
    }
    const [launcher] = Object.values(programs);
    const strange = launcher !== undefined && !/^\/(?:usr\/)?bin\//.test(launcher);
    const failure = `${(error as Error).message}${strange ? ` What was started is ${launcher}.` : ""}`;
    return { failure, ...mendOf(failure), proof };
  }
}

/** A directory of the pool's own, where temporary files go. */
function poolDirectory(): string {
  try {
    // Launchers start in another directory than this one: a relative TMPDIR would be another one there.
    return mkdtempSync(resolve(tmpdir(), directoryPrefix(thisOwner())));
  } catch (cause) {
    throw new SandboxError(
      `The sandbox cannot make a directory in ${tmpdir()}: ${(cause as Error).message}.`,
      {
        mend: "Set TMPDIR to a directory that can be written.",
        cause,
      },
    );
  }
}

/** With a full stop, so that others can follow. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const SET_UP = "Make what is missing with: azr-tui setup";

function adviceFor(program: string): string {
  if (process.platform === "darwin") return `${program} is a part of macOS: restore it.`;
  if (isRoot() && packageManager() === "apt-get") return SET_UP;
  return installAdvice([packageOf(program)], { manager: packageManager(), root: isRoot() });
}

/** What to do about a launcher that started and gave up, by what it said. */
function mendOf(failure: string): { mend?: string } {
  if (/user namespace|creat\w+ (?:a )?new namespace|uid map|unshare/i.test(failure)) {
    return {
      mend: "The kernel gives ordinary users no namespaces: allow them (sysctl kernel.unprivileged_userns_clone=1, or kernel.apparmor_restrict_unprivileged_userns=0), or use firejail.",
    };
  }
  if (/without a sandbox, as it does inside some containers/.test(failure)) {
    return { mend: "Inside this container use bubblewrap, or run outside of it." };
  }
  if (/not allowed to use Firejail/.test(failure)) {
    return {
      mend: "Root lets a user start firejail by a line with the name in /etc/firejail/firejail.users; or use bwrap.",
    };
  }
  return {};
}
