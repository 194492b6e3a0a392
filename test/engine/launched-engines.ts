import { join } from "node:path";
import { type LaunchedEngine, type LaunchOptions, launchEngine } from "../../src/engine/client.ts";
import { processStart } from "../../src/runs/process-identity.ts";

/** An entry in place of the engine's own: everything around the loop is scripted. */
export const SCRIPTED_ENGINE = join(import.meta.dir, "scripted-engine.ts");

/** Engines outlive who launched them: those that a failed test leaves behind are ended here. */
export class LaunchedEngines {
  private readonly pids = new Set<number>();

  /** `real` takes the engine as users have it. */
  constructor(private readonly kind: "scripted" | "real" = "scripted") {}

  async launch(path: string, options: LaunchOptions = {}): Promise<LaunchedEngine> {
    const entry = this.kind === "scripted" ? { entry: SCRIPTED_ENGINE } : {};
    const engine = await launchEngine(path, { ...entry, ...options });
    this.add(engine.pid);
    return engine;
  }

  /** Has one ended too that somebody else launched. */
  add(pid: number): void {
    this.pids.add(pid);
  }

  kill(): void {
    for (const pid of this.pids) if (processStart(pid) !== null) process.kill(pid, "SIGKILL");
    this.pids.clear();
  }
}
