import type { OnDownloadProgress } from "../cache/pip-download.ts";
import type { Config } from "../config/schema.ts";
import { SetupError } from "../errors/index.ts";

export interface SetUpOptions {
  /** The model that is needed; the demo's when absent. */
  model?: string;
  sandbox?: Config["sandbox"];
  /** `unsafe-local` may be used. */
  unsafeLocal?: boolean;
  /** Fetch HumanEval as well. */
  humaneval?: boolean;
  onProgress?: OnDownloadProgress;
  /** One line about something that was done or must be done by hand. */
  onLine?: (line: string) => void;
}

export interface Ready {
  backend: string;
  sandbox: string;
  model: string;
  /** Path of the data file, where it was asked for. */
  humaneval?: string;
}

/**
 * Everything that a run, an evaluation and the tests need: MLX and the compiled shim, a sandbox that proves
 * itself, a model and HumanEval. Each is fetched once; throws SetupError or SandboxError with the mend.
 */
export async function setUp(options: SetUpOptions = {}): Promise<Ready> {
  const { onProgress, onLine, humaneval = true } = options;
  const progress = onProgress ? { onProgress } : {};
  const { installSandbox, openSandbox } = await import("../sandbox/index.ts");
  const unsafe = options.sandbox?.backend === "unsafe-local";
  const installation = unsafe
    ? { ready: true, command: undefined }
    : await installSandbox({ onProgress: (line) => onLine?.(`running: ${line}`) });
  if (!installation.ready) {
    throw new SetupError("No sandbox for generated programs is installed.", {
      mend: `Run as root: ${installation.command}`,
    });
  }
  if (installation.command) onLine?.(`To complete the sandbox, run as root: ${installation.command}`);

  const { loadConfig } = await import("../config/load.ts");
  const demo = loadConfig({ preset: "demo" });
  const wanted = { ...(options.sandbox ?? demo.sandbox), workers: 1 };
  await using sandbox = await openSandbox(wanted, { allowUnsafe: options.unsafeLocal === true });
  const { ensureNative } = await import("../native-setup/index.ts");
  const native = await ensureNative(progress);
  const { resolveModel } = await import("../models/resolve.ts");
  const model = await resolveModel(options.model ?? demo.model.source, progress);
  const { fetchHumanEval } = await import("../evaluation/benchmarks/humaneval.ts");
  return {
    backend: native.backend,
    sandbox: sandbox.backend,
    model: model.path,
    ...(humaneval ? { humaneval: await fetchHumanEval(onProgress) } : {}),
  };
}
