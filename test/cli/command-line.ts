import { join } from "node:path";

export const ENTRY = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");

export interface CommandLine {
  cwd?: string;
  env?: Record<string, string>;
}

/** Starts one command line as a process of its own, without a terminal. */
export function start(args: readonly string[], { cwd, env }: CommandLine = {}) {
  return Bun.spawn([process.execPath, ENTRY, ...args], {
    ...(cwd ? { cwd } : {}),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
}

/** Runs one command line to its end. */
export async function run(args: readonly string[], options: CommandLine = {}) {
  const child = start(args, options);
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, code };
}
