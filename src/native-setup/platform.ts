import { existsSync, readdirSync, readFileSync } from "node:fs";
import { ConfigError, SetupError } from "../errors/index.ts";

export const BACKENDS = ["cpu", "metal", "cuda"] as const;
/** MLX's backends, as the wheels come. */
export type Backend = (typeof BACKENDS)[number];

/** What the choice of a wheel depends on. */
export interface Platform {
  os: NodeJS.Platform;
  arch: string;
  /** Linux: `glibc 2.36`, `musl`, or null when unknown. macOS: the product version, `15.1`. */
  libraryVersion: string | null;
  /** NVIDIA driver's version, `580.65.06`; null without a device or driver. */
  nvidiaDriver: string | null;
}

/** Facts about this machine. */
export async function readPlatform(): Promise<Platform> {
  const { platform: os, arch } = process;
  return { os, arch, libraryVersion: await readLibraryVersion(os), nvidiaDriver: readNvidiaDriver() };
}

async function readLibraryVersion(os: NodeJS.Platform): Promise<string | null> {
  const { execa } = await import("execa");
  const read = async (file: string, args: string[]) => {
    const { exitCode, stdout } = await execa(file, args, { reject: false, stdin: "ignore" });
    return exitCode === 0 ? stdout.trim() : null;
  };
  if (os === "darwin") return await read("sw_vers", ["-productVersion"]);
  const glibc = await read("getconf", ["GNU_LIBC_VERSION"]);
  if (glibc?.startsWith("glibc")) return glibc;
  return existsSync("/lib") && readdirSync("/lib").some((name) => name.startsWith("ld-musl-"))
    ? "musl"
    : null;
}

function readNvidiaDriver(): string | null {
  try {
    return parseNvidiaDriver(readFileSync("/proc/driver/nvidia/version", "utf8"));
  } catch {
    return null; // no NVIDIA driver is loaded
  }
}

/** `NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  ...` -> `580.65.06` */
export function parseNvidiaDriver(text: string): string | null {
  return /Kernel Module\D*?(?:x86_64|aarch64)?\s+(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1] ?? null;
}

/** The oldest driver that CUDA 12's libraries run on. */
const OLDEST_DRIVER = 525;
/** CUDA 13 needs this driver. */
export const CUDA_13_DRIVER = 580;

/** Which CUDA generation's wheel fits a driver. */
export function cudaGeneration(driver: string | null): 12 | 13 {
  return Number.parseInt(driver ?? "0", 10) >= CUDA_13_DRIVER ? 13 : 12;
}

/**
 * The backend for a platform: metal on macOS, cuda with an NVIDIA driver that is new enough, else cpu.
 * `requested` (`AZR_BACKEND`) overrides it. Throws SetupError where no wheel can run.
 */
export function chooseBackend(platform: Platform, requested: string | undefined): Backend {
  requireSupported(platform);
  if (requested !== undefined && requested !== "") {
    const backend = BACKENDS.find((name) => name === requested);
    if (!backend) {
      throw new ConfigError(`AZR_BACKEND is "${requested}"; it can be ${BACKENDS.join(", ")}.`);
    }
    if ((backend === "metal") !== (platform.os === "darwin")) {
      throw new ConfigError(`The backend ${backend} does not exist on ${platform.os}.`, {
        mend: platform.os === "darwin" ? "Use metal." : "Use cpu or cuda.",
      });
    }
    return backend;
  }
  if (platform.os === "darwin") return "metal";
  const driver = Number.parseInt(platform.nvidiaDriver ?? "0", 10);
  return driver >= OLDEST_DRIVER ? "cuda" : "cpu";
}

function requireSupported({ os, arch, libraryVersion }: Platform): void {
  if (os === "darwin") {
    if (arch !== "arm64") {
      throw new SetupError(`MLX needs Apple Silicon; this Bun runs as ${arch}.`, {
        mend: "On an Apple Silicon Mac, install the arm64 build of Bun (not under Rosetta). Intel Macs cannot run it.",
      });
    }
    if (libraryVersion && Number.parseInt(libraryVersion, 10) < 14) {
      throw new SetupError(`MLX needs macOS 14 or newer; this is ${libraryVersion}.`, {
        mend: "Update macOS.",
      });
    }
    return;
  }
  if (os !== "linux" || (arch !== "x64" && arch !== "arm64")) {
    throw new SetupError(`There is no MLX for ${os} ${arch}.`, {
      mend: "Use macOS 14 or newer on Apple Silicon, or Linux on x86-64 or arm64.",
    });
  }
  if (libraryVersion === "musl") {
    throw new SetupError("MLX's wheels need glibc; this system uses musl.", {
      mend: "Use a distribution with glibc 2.35 or newer, such as Debian 12 or Ubuntu 22.04.",
    });
  }
  const [, major = 0, minor = 0] = /glibc (\d+)\.(\d+)/.exec(libraryVersion ?? "")?.map(Number) ?? [];
  if (libraryVersion && (major < 2 || (major === 2 && minor < 35))) {
    throw new SetupError(`MLX's wheels need glibc 2.35 or newer; this system has ${libraryVersion}.`, {
      mend: "Use a newer distribution, such as Debian 12 or Ubuntu 22.04, or set AZR_MLX_DIR to an MLX built here.",
    });
  }
}
