import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "./benchmark.ts";

/** Raised whenever a kept sample would be judged, or its answer read, otherwise than it was. */
export const JUDGE_VERSION = 4;

/** A name for samples that may be mixed: 12 hexadecimal digits of what they come of. */
export function samplesKey(identity: readonly unknown[]): string {
  const text = JSON.stringify([JUDGE_VERSION, ...identity]);
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** A fingerprint of all that problems hold, prompts, tests and expected values among it, and of where samples end. */
export function problemsKey({ name, problems, stop }: Benchmark): string {
  const hash = createHash("sha256").update(JSON.stringify([name, stop]));
  for (const problem of problems) hash.update(JSON.stringify(problem, exact));
  return hash.digest("hex");
}

/** JSON has no large integers, and no infinities. */
const exact = (_: string, value: unknown): unknown => {
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
};

/**
 * A file as it is now, or all files under a directory: name, bytes and time of the last change. A file that is written
 * over in place changes nothing about its directory.
 */
export function pathState(path: string): unknown[] {
  const found = statSync(path);
  if (!found.isDirectory()) return [path, found.size, found.mtimeMs];
  const names = readdirSync(path, { recursive: true, encoding: "utf8" }).sort();
  const files = names.map((name) => [name, statSync(join(path, name), { throwIfNoEntry: false })] as const);
  const states = files.flatMap(([name, file]) => (file?.isFile() ? [[name, file.size, file.mtimeMs]] : []));
  return [path, ...states];
}
