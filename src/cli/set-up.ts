import type { OnDownloadProgress } from "../cache/pip-download.ts";
import { SetupError } from "../errors/index.ts";

export interface SetUpHooks {
  onProgress?: OnDownloadProgress;
  /** One line about something that was done or must be done by hand. */
  onLine?: (line: string) => void;
}

export interface Ready {
  backend: string;
  sandbox: string;
  humaneval: string;
}

/**
 * Everything that a run, an evaluation and the tests need: MLX and the compiled shim, a sandbox that proves
 * itself, the default model and HumanEval. Each is fetched once; throws SetupError or SandboxError with the mend.
 */
export async function setUp({ onProgress, onLine }: SetUpHooks = {}): Promise<Ready> {
  const progress = onProgress ? { onProgress } : {};
  const { installSandbox, openSandbox } = await import("../sandbox/index.ts");
  const installation = await installSandbox({ onProgress: (line) => onLine?.(`running: ${line}`) });
  if (!installation.ready) {
    throw new SetupError("No sandbox for generated programs is installed.", {
      mend: `Run as root: ${installation.command}`,
    });
  }
  if (installation.command) onLine?.(`To complete the sandbox, run as root: ${installation.command}`);

  const { loadConfig } = await import("../config/load.ts");
  const config = loadConfig({ preset: "demo" });
  await using sandbox = await openSandbox({ ...config.sandbox, workers: 1 });
  const { ensureNative } = await import("../native-setup/index.ts");
  const native = await ensureNative(progress);
  const { fetchHumanEval } = await import("../evaluation/benchmarks/humaneval.ts");
  const humaneval = await fetchHumanEval(onProgress);
  return { backend: native.backend, sandbox: sandbox.backend, humaneval };
}
