import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { type AzrError, EngineError, RunError } from "../errors/index.ts";
import { kindOfExit } from "../errors/kinds.ts";
import { ownCommand } from "../processes/own-command.ts";
import { RunDirectory } from "../runs/run-directory.ts";

export interface LaunchOptions {
  /** Go on with a run that has steps: from its newest checkpoint, or from that of a step. */
  resume?: boolean | number;
  /** The settings to go on with, which the engine stores once it has accepted them; the stored ones when absent. */
  config?: Config;
  /** Another entry than main.ts, for tests. */
  entry?: string;
  /** Passed to the sandbox: the run may use the unsafe-local backend. */
  unsafeLocal?: boolean;
}

export interface LaunchedEngine {
  pid: number;
}

/** A log that has grown beyond this is set aside as engine.log.1 before the next launch, bytes. */
const LOG_LIMIT = 10 * 1024 * 1024;

/**
 * Starts the engine of a run as a process of its own, which outlives this one, and waits until viewers can
 * connect. Its output goes to engine.log. Raises the engine's own error when it ends before that, and
 * RunError when another engine holds the run.
 */
export async function launchEngine(runPath: string, options: LaunchOptions = {}): Promise<LaunchedEngine> {
  const run = RunDirectory.open(runPath);
  const { engine } = run.status();
  if (engine) {
    throw new RunError(`run ${run.name} is being trained by process ${engine.pid}`, {
      mend: `Watch it with \`azr-tui attach ${run.name}\`, or name another run.`,
    });
  }
  if (existsSync(run.logPath) && statSync(run.logPath).size > LOG_LIMIT) {
    renameSync(run.logPath, `${run.logPath}.1`);
  }
  const log = openSync(run.logPath, "a");
  const logStart = statSync(run.logPath).size;
  const child = Bun.spawn(
    [...ownCommand(options.entry ?? join(import.meta.dir, "main.ts")), run.path, ...flags(options)],
    {
      stdio: ["ignore", log, log],
      // Named, since the default is the environment that this process was started with.
      env: process.env,
      // A session of its own: Ctrl-C in this terminal, or its end, does not reach the engine.
      detached: true,
    },
  );
  closeSync(log);
  child.unref();
  for (;;) {
    const ended = await Promise.race([child.exited, Bun.sleep(50)]);
    if (typeof ended === "number") throw earlyEnd(run, ended, logStart);
    const holder = run.status().engine;
    if (holder?.pid === child.pid && holder.socket !== null) return { pid: child.pid };
  }
}

function flags(options: LaunchOptions): string[] {
  const resume =
    typeof options.resume === "number"
      ? ["--resume", String(options.resume)]
      : options.resume
        ? ["--resume"]
        : [];
  const config = options.config ? ["--config", JSON.stringify(options.config)] : [];
  return [...resume, ...config, ...(options.unsafeLocal ? ["--unsafe-local"] : [])];
}

/** The error that an engine printed as its last words (`error: ...`, `mend: ...`), in the class of its exit code. */
function earlyEnd(run: RunDirectory, exitCode: number, logStart: number): AzrError {
  const words = readFileSync(run.logPath).subarray(logStart).toString("utf8");
  const message = /^error: (.*)$/m.exec(words)?.[1];
  const mend = /^mend: (.*)$/m.exec(words)?.[1];
  const Kind = kindOfExit(exitCode);
  if (message !== undefined) return new Kind(message, mend === undefined ? {} : { mend });
  const tail = words.trim().split("\n").slice(-5).join("\n");
  return new EngineError(`the engine ended with exit code ${exitCode} before it could be reached:\n${tail}`, {
    mend: `Its whole output is in ${run.logPath}.`,
  });
}
