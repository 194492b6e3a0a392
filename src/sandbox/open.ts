import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { SandboxError } from "../errors/index.ts";
import { isRoot } from "./account.ts";
import type { Backend, BackendName } from "./backends/backend.ts";
import { bwrap } from "./backends/bwrap.ts";
import { firejail } from "./backends/firejail.ts";
import { sandboxExec } from "./backends/sandbox-exec.ts";
import { unsafeLocal } from "./backends/unsafe-local.ts";
import { readHost } from "./host.ts";
import { directoryPrefix, sweepLeftovers } from "./leftovers.ts";
import { thisOwner } from "./owner.ts";
import { type Policy, policyFrom } from "./policy.ts";
import { SandboxPool } from "./pool.ts";
import type { ProofLine } from "./proof.ts";
import { Watchdog } from "./watchdog.ts";
import { UnprovenError, Worker, type WorkerSetup } from "./worker.ts";

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
}

/** Strongest first. */
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
  for (const backend of candidates) {
    const opened = await prepare(backend, policy);
    if ("failure" in opened) {
      failures.push(`${backend.name}: ${opened.failure}`);
      continue;
    }
    return new SandboxPool(opened.setup, opened.first, opened.release);
  }
  throw new SandboxError(`No sandbox can be used. ${failures.join(" ")}`, { mend: mendFor() });
}

function mendFor(): string {
  if (process.platform !== "linux") return "Run on Linux or macOS.";
  return isRoot()
    ? "Install firejail and bubblewrap with: azr-tui setup. What fails is shown by: azr-tui sandbox check"
    : "Install firejail or bubblewrap (Debian: sudo apt-get install firejail bubblewrap), then see: azr-tui sandbox check";
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
  proof: readonly ProofLine[];
}

/** Writes a backend's files and starts one worker; a refusal when that worker is not proven. */
export async function prepare(backend: Backend, policy: Policy): Promise<Prepared | Refusal> {
  if (backend.executable && !Bun.which(backend.executable)) {
    return { failure: `${backend.executable} is not installed.`, proof: [] };
  }
  sweepLeftovers();
  const directory = mkdtempSync(join(tmpdir(), directoryPrefix(thisOwner())));
  const watchdog = new Watchdog(directory);
  const release = async () => {
    await watchdog[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const host = readHost(directory);
    if (isRoot() && !host.account && backend.name !== "unsafe-local" && process.platform === "linux") {
      await release();
      return { failure: "the account to run programs under is missing (azr-tui setup makes it).", proof: [] };
    }
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
    return { failure: (error as Error).message, proof };
  }
}
