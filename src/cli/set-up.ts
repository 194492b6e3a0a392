import type { OnDownloadProgress } from "../cache/pip-download.ts";
import type { BenchmarkName } from "../config/benchmark-name.ts";
import type { Config } from "../config/schema.ts";
import { SetupError } from "../errors/index.ts";
import { ProgressLine } from "./progress-line.ts";
import { say, style } from "./terminal.ts";

export interface SetUpHooks {
  onProgress?: OnDownloadProgress;
  /** One line about something that was done or must be done by hand. */
  onLine?: (line: string) => void;
}

/** What is to be there afterwards; each is fetched, compiled or installed once. */
export interface Wanted {
  /** A sandbox that proves itself. */
  sandbox?: Config["sandbox"];
  /** Let the sandbox be none at all. */
  unsafeLocal?: boolean;
  /** Model to fetch, as in `model.source`. */
  model?: string;
  /** Benchmarks whose data is fetched. */
  benchmarks?: readonly BenchmarkName[];
}

/** What was found or made. */
export interface Ready {
  backend: string;
  sandbox?: string;
  model?: string;
  /** Paths of each benchmark's files. */
  data?: Partial<Record<BenchmarkName, readonly string[]>>;
}

/**
 * The native layer, and what else is wanted. Quick when everything is there. Throws SetupError, SandboxError
 * or ModelLoadError with the mend.
 */
export async function setUp(wanted: Wanted, { onProgress, onLine }: SetUpHooks = {}): Promise<Ready> {
  const progress = onProgress ? { onProgress } : {};
  const ready: Partial<Ready> = {};
  if (wanted.sandbox) ready.sandbox = await setUpSandbox(wanted.sandbox, wanted.unsafeLocal, onLine);
  const { ensureNative } = await import("../native-setup/index.ts");
  const { backend } = await ensureNative(progress);
  if (wanted.model !== undefined) {
    const { resolveModel } = await import("../models/resolve.ts");
    ready.model = (await resolveModel(wanted.model, progress)).path;
  }
  if (wanted.benchmarks) {
    const { fetchData } = await import("../evaluation/data.ts");
    ready.data = {};
    for (const name of wanted.benchmarks) ready.data[name] = await fetchData(name, onProgress);
  }
  return { backend, ...ready };
}

/** `setUp` with its progress on stderr. */
export async function setUpAloud(wanted: Wanted): Promise<Ready> {
  const line = new ProgressLine();
  try {
    return await setUp(wanted, {
      onProgress: (progress) => line.update(progress),
      onLine: (text) => {
        line.end();
        say(text);
      },
    });
  } finally {
    line.end();
  }
}

/** Installs what is missing and lets one worker prove itself; the backend's name. */
async function setUpSandbox(
  config: Config["sandbox"],
  allowUnsafe = false,
  onLine?: (line: string) => void,
): Promise<string> {
  const { installSandbox } = await import("../sandbox/install.ts");
  const { openSandbox } = await import("../sandbox/open.ts");
  if (config.backend !== "unsafe-local") {
    const installation = await installSandbox({ onProgress: (line) => onLine?.(`running: ${line}`) });
    if (!installation.ready) {
      throw new SetupError("No sandbox for generated programs is installed.", {
        mend: `Run as root: ${installation.command}`,
      });
    }
    if (installation.command) {
      onLine?.(style.yellow(`To complete the sandbox, run as root: ${installation.command}`));
    }
  }
  const onPassedOver = (remark: string) => onLine?.(style.yellow(remark));
  await using pool = await openSandbox({ ...config, workers: 1 }, { allowUnsafe, onPassedOver });
  return pool.backend;
}
