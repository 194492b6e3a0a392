import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "./directory.ts";
import { exclusively } from "./lock.ts";
import { findPipClient, runPip } from "./pip-client.ts";

/** Python packages in a folder of the cache, to be put on PYTHONPATH. */
export interface InstalledPackages {
  directory: string;
  /** The Python they were installed for, as a command without its arguments. */
  python: readonly string[];
}

/**
 * A package with what it needs, pinned as `name==version`, in the cache: installed on first use from wheels alone
 * (nothing of them is run), under a lock, renamed into place when complete. `onInstall` is called before that.
 * Throws SetupError with the mend.
 */
export async function installPackage(requirement: string, onInstall: () => void): Promise<InstalledPackages> {
  const { pip, python } = await findPipClient();
  const directory = cacheDirectory("python", await folderName(requirement, python));
  if (await exists(directory)) return { directory, python };
  return await exclusively(directory, async () => {
    if (!(await exists(directory))) {
      onInstall();
      await install(requirement, pip, directory);
    }
    return { directory, python };
  });
}

/** Compiled packages fit one version of Python. */
async function folderName(requirement: string, python: readonly string[]): Promise<string> {
  const { execa } = await import("execa");
  const [file = "", ...rest] = python;
  const { stdout } = await execa(
    file,
    [...rest, "-I", "-c", "import sys; print(sys.version, sys.platform)"],
    { stdin: "ignore", cwd: "/" },
  );
  const key = createHash("sha256").update(stdout).digest("hex").slice(0, 8);
  return `${requirement.replace("==", "-")}-${key}`;
}

async function install(requirement: string, pip: readonly string[], directory: string): Promise<void> {
  const parent = cacheDirectory("python");
  await mkdir(parent, { recursive: true });
  const staging = await mkdtemp(join(parent, ".partial-"));
  try {
    const packages = join(staging, "packages");
    await runPip(pip, installArguments(requirement, packages), { requirement, staging });
    await rename(packages, directory);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function installArguments(requirement: string, target: string): string[] {
  return [
    "install",
    "--only-binary=:all:",
    "--no-input",
    "--no-cache-dir",
    "--no-compile",
    "--disable-pip-version-check",
    "--progress-bar=off",
    "--retries=3",
    `--target=${target}`,
    requirement,
  ];
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
