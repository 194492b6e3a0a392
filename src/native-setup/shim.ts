import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../cache/directory.ts";
import { exclusively } from "../cache/lock.ts";
import type { OnDownloadProgress } from "../cache/pip-download.ts";
import { SetupError } from "../errors/index.ts";
import { COMPILE_FLAGS, type Compiler, compileArguments, findCompiler, linkArguments } from "./compiler.ts";
import type { Mlx } from "./mlx-library.ts";

const SOURCES = join(import.meta.dir, "..", "..", "native");
const PARALLEL = 2;

export interface Source {
  name: string;
  text: string;
}

/** The shim's sources and headers, by name. */
export async function readSources(): Promise<Source[]> {
  const names = (await readdir(SOURCES)).filter((name) => /\.(cpp|h)$/.test(name)).sort();
  return await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(SOURCES, name), "utf8") })),
  );
}

/** Names a compiled shim: anything that could change its code changes the key. */
export function shimKey(sources: readonly Source[], mlx: Mlx, compiler: Compiler): string {
  const facts = [sources, mlx.identity, mlx.lib, mlx.searchPath, compiler, COMPILE_FLAGS, process.arch];
  return `${mlx.backend}-${createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16)}`;
}

export function shimPath(key: string): string {
  return cacheDirectory("native", key, process.platform === "darwin" ? "libazr_mlx.dylib" : "libazr_mlx.so");
}

/** Path of the shim for this MLX, compiled on first use. Throws SetupError with the compiler's first errors. */
export async function ensureShim(mlx: Mlx, onProgress?: OnDownloadProgress): Promise<string> {
  const [sources, compiler] = await Promise.all([readSources(), findCompiler()]);
  const key = shimKey(sources, mlx, compiler);
  const shim = shimPath(key);
  if (await exists(shim)) return shim;
  return await exclusively(cacheDirectory("native", key), async () => {
    if (!(await exists(shim))) await compile(sources, mlx, compiler, key, onProgress);
    return shim;
  });
}

async function compile(
  sources: readonly Source[],
  mlx: Mlx,
  compiler: Compiler,
  key: string,
  onProgress?: OnDownloadProgress,
): Promise<void> {
  const units = sources.filter(({ name }) => name.endsWith(".cpp"));
  const total = units.length + 1;
  let done = 0;
  const report = () => onProgress?.({ label: "compiling the native layer", done, total, unit: "files" });
  const staging = await mkdtemp(cacheDirectory("native", ".partial-"));
  try {
    await mkdir(join(staging, "objects"));
    const objects = units.map(({ name }) => join(staging, "objects", `${name}.o`));
    report();
    const queue = units.map(({ name }, index) => ({
      source: join(SOURCES, name),
      object: objects[index] ?? "",
    }));
    const work = async () => {
      for (let unit = queue.shift(); unit; unit = queue.shift()) {
        await run(compiler, compileArguments(unit.source, unit.object, mlx.include));
        done += 1;
        report();
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    const { lib, searchPath } = mlx;
    const output = join(staging, shimPath(key).split("/").at(-1) ?? "");
    await run(compiler, linkArguments({ os: process.platform, objects, output, lib, searchPath }));
    await rm(join(staging, "objects"), { recursive: true });
    await rename(staging, cacheDirectory("native", key));
    done += 1;
    report();
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function run(compiler: Compiler, args: string[]): Promise<void> {
  const { execa } = await import("execa");
  const [file = "", ...rest] = compiler.command;
  const command = [...rest, ...args];
  const { exitCode, all, shortMessage } = await execa(file, command, {
    reject: false,
    all: true,
    stdin: "ignore",
  });
  if (exitCode === 0) return;
  const output = all || shortMessage || "";
  const log = cacheDirectory("native", "compile.log");
  await writeFile(log, `${[file, ...command].join(" ")}\n\n${output}\n`);
  throw new SetupError(`The native layer did not compile with ${compiler.version}:\n${firstErrors(output)}`, {
    mend: /No space left/.test(output)
      ? "Free some space, or set AZR_CACHE_DIR to a directory on another disk, and run again."
      : `A compiler with C++20 is needed (g++ 11, clang 15 or newer; set CXX to choose one). Everything it said: ${log}`,
  });
}

/** The lines of a compiler's output that say what is wrong. */
export function firstErrors(output: string, most = 5): string {
  const lines = output.split("\n");
  const errors = lines.filter((line) =>
    /\berror\b|undefined (reference|symbol)|not found|No space/i.test(line),
  );
  return (errors.length > 0 ? errors : lines).slice(0, most).join("\n").trim();
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
