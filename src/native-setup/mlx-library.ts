import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fetchWheel, type OnDownloadProgress } from "../cache/pip-download.ts";
import { SetupError } from "../errors/index.ts";
import { CUDA_LIBRARIES, MLX_CUDA } from "./cuda-wheels.ts";
import { type Backend, cudaGeneration, type Platform } from "./platform.ts";
import { type LinuxMachine, MLX_CPU, MLX_METAL } from "./wheels.ts";

/** An MLX to compile and link against. */
export interface Mlx {
  backend: Backend;
  include: string;
  lib: string;
  /** More directories with libraries that libmlx needs. */
  searchPath: readonly string[];
  /** Changes whenever the library does. */
  identity: string;
}

/** The pinned wheel of a backend, or the MLX at `directory` (`AZR_MLX_DIR`). */
export async function ensureMlx(
  backend: Backend,
  platform: Platform,
  directory: string | undefined,
  onProgress?: OnDownloadProgress,
): Promise<Mlx> {
  if (directory) return existingMlx(backend, directory);
  const machine = `linux-${platform.arch}` as LinuxMachine;
  if (backend === "cuda") {
    const generation = cudaGeneration(platform.nvidiaDriver);
    const root = await fetchWheel({ ...MLX_CUDA[generation][machine], onProgress });
    const searchPath: string[] = [];
    for (const pin of CUDA_LIBRARIES[generation][machine]) {
      searchPath.push(...libraryDirectories(await fetchWheel({ ...pin, onProgress })));
    }
    return inWheel(backend, root, searchPath, `${MLX_CUDA[generation][machine].sha256}`);
  }
  const pin = backend === "metal" ? MLX_METAL : MLX_CPU[machine];
  return inWheel(backend, await fetchWheel({ ...pin, onProgress }), [], `${pin.sha256}`);
}

function inWheel(backend: Backend, root: string, searchPath: string[], identity: string): Mlx {
  return {
    backend,
    include: join(root, "mlx", "include"),
    lib: join(root, "mlx", "lib"),
    searchPath,
    identity,
  };
}

/** Every directory of an unpacked wheel that holds shared libraries. */
function libraryDirectories(root: string): string[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.so(\.|$)/.test(name),
  );
  return [...new Set(files.map((name) => join(root, name, "..")))];
}

function existingMlx(backend: Backend, directory: string): Mlx {
  const include = join(directory, "include");
  const lib = join(directory, "lib");
  const library = join(lib, process.platform === "darwin" ? "libmlx.dylib" : "libmlx.so");
  const header = join(include, "mlx", "version.h");
  for (const path of [library, header]) {
    if (!existsSync(path)) {
      throw new SetupError(`AZR_MLX_DIR is ${directory}, but ${path} is not there.`, {
        mend: "Name the directory `mlx` of an installed MLX, the one with include/ and lib/; or unset it.",
      });
    }
  }
  const { size, mtimeMs } = statSync(library);
  return {
    backend,
    include,
    lib,
    searchPath: [],
    identity: JSON.stringify([library, size, mtimeMs, readFileSync(header, "utf8")]),
  };
}
