import { existsSync } from "node:fs";
import { findPipClient } from "../cache/pip-client.ts";
import { wheelDirectory } from "../cache/pip-download.ts";
import { AzrError } from "../errors/index.ts";
import { findCompiler } from "./compiler.ts";
import { CUDA_LIBRARIES, MLX_CUDA } from "./cuda-wheels.ts";
import { chooseBackend, cudaGeneration, type Platform, readPlatform } from "./platform.ts";
import { type LinuxMachine, MLX_CPU, MLX_METAL, OPENBLAS, type Pin } from "./wheels.ts";

/** One line of `azr-tui doctor`. */
export interface DoctorFact {
  name: string;
  ok: boolean;
  detail: string;
  /** What to do when it is not ok. */
  mend?: string;
}

/** What the native layer needs on this machine and whether it is there. Installs and downloads nothing. */
export async function doctorNative(): Promise<DoctorFact[]> {
  const platform = await readPlatform();
  const { os, arch, libraryVersion, nvidiaDriver } = platform;
  return [
    await fact("platform", async () => {
      const backend = chooseBackend(platform, process.env.AZR_BACKEND);
      const driver = nvidiaDriver ? `, NVIDIA driver ${nvidiaDriver}` : "";
      return `${os} ${arch}, ${libraryVersion ?? "unknown C library"}${driver}: backend ${backend}`;
    }),
    await fact("pip client", async () => (await findPipClient()).pip.join(" ")),
    await fact("C++ compiler", async () => (await findCompiler()).version),
    await fact("MLX", async () => {
      if (process.env.AZR_MLX_DIR) return `from AZR_MLX_DIR: ${process.env.AZR_MLX_DIR}`;
      const pins = pinsOf(platform);
      const absent = pins.filter((pin) => !existsSync(wheelDirectory(pin)));
      const names = pins.map(({ requirement }) => requirement).join(", ");
      if (absent.length === 0) return `${names} in the cache`;
      const megabytes = absent.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
      return `${names}: ${megabytes.toFixed(0)} MB to download on first use`;
    }),
  ];
}

/** The wheels of the backend that this platform gets. */
function pinsOf(platform: Platform): readonly Pin[] {
  const backend = chooseBackend(platform, process.env.AZR_BACKEND);
  if (backend === "metal") return [MLX_METAL];
  const machine = `linux-${platform.arch}` as LinuxMachine;
  if (backend === "cpu") return [MLX_CPU[machine], OPENBLAS[machine]];
  const generation = cudaGeneration(platform.nvidiaDriver);
  return [MLX_CUDA[generation][machine], ...CUDA_LIBRARIES[generation][machine], OPENBLAS[machine]];
}

async function fact(name: string, read: () => Promise<string>): Promise<DoctorFact> {
  try {
    return { name, ok: true, detail: await read() };
  } catch (error) {
    if (!(error instanceof AzrError)) throw error;
    return { name, ok: false, detail: error.message, ...(error.mend ? { mend: error.mend } : {}) };
  }
}
