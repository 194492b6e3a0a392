import { join } from "node:path";
import { fetchWheel, type OnDownloadProgress } from "../cache/pip-download.ts";
import { ensureMlx } from "./mlx-library.ts";
import { type Backend, chooseBackend, readPlatform } from "./platform.ts";
import { ensureShim } from "./shim.ts";
import { type LinuxMachine, OPENBLAS } from "./wheels.ts";

/** Everything that is needed to open MLX in this process. */
export interface NativeLayer {
  backend: Backend;
  /** The compiled shim; it brings libmlx with it. */
  shim: string;
  /** OpenBLAS for the CPU products; null on macOS. */
  openblas: string | null;
}

export interface EnsureNativeOptions {
  /** Called while wheels are fetched and the shim is compiled. */
  onProgress?: OnDownloadProgress;
  /** Instead of the machine's own choice and of `AZR_BACKEND`. */
  backend?: Backend;
}

/**
 * Fetches the pinned MLX and OpenBLAS wheels and compiles the shim, each once; afterwards it only finds them
 * (about 30 ms). Safe to call from several processes at once. Throws SetupError with the mend.
 */
export async function ensureNative({ onProgress, backend }: EnsureNativeOptions = {}): Promise<NativeLayer> {
  const platform = await readPlatform();
  const chosen = chooseBackend(platform, backend ?? process.env.AZR_BACKEND);
  const mlx = await ensureMlx(chosen, platform, process.env.AZR_MLX_DIR || undefined, onProgress);
  let openblas: string | null = null;
  if (platform.os === "linux") {
    const wheel = await fetchWheel({ ...OPENBLAS[`linux-${platform.arch}` as LinuxMachine], onProgress });
    openblas = join(wheel, "scipy_openblas32", "lib", "libscipy_openblas.so");
  }
  return { backend: chosen, shim: await ensureShim(mlx, onProgress), openblas };
}
