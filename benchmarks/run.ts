#!/usr/bin/env bun
/**
 * Runs the benchmarks of this folder, one process after the other, or the one that is named with its own options:
 *
 *   bun run bench [NAME [options]]
 *
 * Without a name those that take hours (learning, real-model) are left out. Ends with 1 when a benchmark fails and with 2 when there is none of that name.
 */
import { Glob } from "bun";

/** Hours each: only by name. */
const LONG = ["learning", "real-model"];

const names = (await Array.fromAsync(new Glob("*.ts").scan(import.meta.dir)))
  .map((file) => file.slice(0, -".ts".length))
  .filter((name) => name !== "run")
  .sort();
const [chosen, ...options] = process.argv.slice(2);
if (chosen !== undefined && !names.includes(chosen)) {
  console.error(`There is no benchmark "${chosen}"; there are ${names.join(", ")}.`);
  process.exit(2);
}
const failed: string[] = [];
const quick = names.filter((name) => !LONG.includes(name));
for (const name of chosen === undefined ? quick : [chosen]) {
  console.error(`\n${name}`);
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/${name}.ts`, ...options], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if ((await child.exited) !== 0) failed.push(name);
}
if (failed.length > 0) console.error(`failed: ${failed.join(", ")}`);
process.exit(failed.length > 0 ? 1 : 0);
