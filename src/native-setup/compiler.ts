import { SetupError } from "../errors/index.ts";

export interface Compiler {
  /** Command and leading arguments: `$CXX`, or the first of c++, g++, clang++ that answers. */
  command: readonly string[];
  /** First line of `--version`; a new compiler makes a new shim. */
  version: string;
}

/** Throws SetupError with the line that installs one. */
export async function findCompiler(): Promise<Compiler> {
  const { execa } = await import("execa");
  const candidates = process.env.CXX ? [process.env.CXX] : ["c++", "g++", "clang++"];
  for (const candidate of candidates) {
    const command = candidate.split(/\s+/).filter(Boolean);
    const [file = "", ...rest] = command;
    const { exitCode, stdout } = await execa(file, [...rest, "--version"], {
      reject: false,
      stdin: "ignore",
    });
    if (exitCode === 0) return { command, version: stdout.split("\n")[0] ?? "" };
  }
  throw new SetupError(
    process.env.CXX
      ? `The C++ compiler named by CXX does not run: ${process.env.CXX}.`
      : "There is no C++ compiler (c++, g++ or clang++); the native layer is compiled on this machine.",
    {
      mend:
        process.platform === "darwin"
          ? "Install the developer tools: xcode-select --install"
          : "Install one, on Debian or Ubuntu: apt-get install g++",
    },
  );
}

/** Flags that decide what the compiled code is; they are part of the cache key. */
export const COMPILE_FLAGS = ["-O2", "-std=c++20", "-fPIC", "-fvisibility=hidden"] as const;

/** Arguments that compile one source file. */
export function compileArguments(source: string, object: string, include: string): string[] {
  return [...COMPILE_FLAGS, `-I${include}`, "-c", source, "-o", object];
}

export interface Link {
  os: NodeJS.Platform;
  objects: readonly string[];
  output: string;
  /** Directory of libmlx, where it is also looked for at run time. */
  lib: string;
  /** More directories of libraries that libmlx needs (CUDA's). */
  searchPath?: readonly string[];
}

/**
 * Arguments that link the shim. libmlx becomes its dependency by run path, so that the dynamic linker finds the
 * shim's BLAS symbols before the slow ones that libmlx brings (see native/blas.cpp).
 */
export function linkArguments({ os, objects, output, lib, searchPath = [] }: Link): string[] {
  const runPaths = [lib, ...searchPath].flatMap((path) => ["-Xlinker", "-rpath", "-Xlinker", path]);
  return os === "darwin"
    ? ["-dynamiclib", ...objects, `-L${lib}`, "-lmlx", ...runPaths, "-o", output]
    : // DT_RPATH, not DT_RUNPATH: only that is searched for libmlx's own dependencies too.
      [
        "-shared",
        ...objects,
        `-L${lib}`,
        "-lmlx",
        "-ldl",
        "-Wl,--disable-new-dtags",
        ...runPaths,
        "-o",
        output,
      ];
}
