import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../src/cache/directory.ts";
import { exclusively } from "../src/cache/lock.ts";

/**
 * The Python of an environment with these packages, pinned as `name==version`: made by pip in the user's cache on
 * first use. AZR_PEERS_PYTHON names a Python that has them already.
 */
export async function pythonWith(...requirements: readonly string[]): Promise<string> {
  if (process.env.AZR_PEERS_PYTHON) return process.env.AZR_PEERS_PYTHON;
  const key = createHash("sha256").update(JSON.stringify(requirements)).digest("hex").slice(0, 12);
  const directory = cacheDirectory("peers", key);
  const [python, complete] = [join(directory, "bin", "python"), join(directory, "complete")];
  await mkdir(cacheDirectory("peers"), { recursive: true });
  return await exclusively(directory, async () => {
    if (existsSync(complete)) return python;
    await rm(directory, { recursive: true, force: true });
    await run(["python3", "-m", "venv", directory]);
    await run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...requirements]);
    await writeFile(complete, "");
    return python;
  });
}

/** Runs a command to its end and returns what it printed. Throws with its errors where it fails. */
export async function run(command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code === 0) return output;
  throw new Error(
    `${command.join(" ")} ended with ${code}: ${errors.trim().split("\n").slice(-8).join("\n")}`,
  );
}
