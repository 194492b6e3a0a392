#!/usr/bin/env bun
/**
 * The test tiers. `check`: types, lint, and the fast tests. `test`: all of that and every test that needs
 * the native layer, the real sandbox, the real model and a pseudo-terminal, after set-up. `slow`:
 * cross-compiling, kernel variants, fuzzing, endurance, the packed demo. The tier of a test file is in its name: `*.test.ts` fast, `*.real.test.ts`
 * test, `*.slow.test.ts` slow. What failed is listed at the end; the last line is `N passed, N failed`.
 */
import { join } from "node:path";
import { Glob } from "bun";
import { JunitReport } from "./junit.ts";

type Tier = "check" | "test" | "slow";
const TIERS: readonly Tier[] = ["check", "test", "slow"];
const root = join(import.meta.dir, "..");
const began = performance.now();
const tally = { passed: 0, failed: 0 };
const failed: string[] = [];

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs a command with its output shown; its exit code. */
async function runCommand(command: string[]): Promise<number> {
  const child = Bun.spawn(command, { cwd: root, stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  return await child.exited;
}

/** A command that counts as one test. */
async function stage(name: string, command: string[]): Promise<boolean> {
  const started = performance.now();
  const ok = (await runCommand(command)) === 0;
  tally[ok ? "passed" : "failed"] += 1;
  if (!ok) failed.push(name);
  console.log(`${ok ? "ok    " : "FAILED"} ${name} (${seconds(started)})`);
  return ok;
}

async function filesOf(tier: Tier): Promise<string[]> {
  const all = await Array.fromAsync(new Glob("test/**/*.test.{ts,tsx}").scan(root));
  const suffix = { check: "", test: ".real", slow: ".slow" }[tier];
  const wanted = (file: string) =>
    suffix ? file.includes(`${suffix}.test.`) : !/\.(real|slow)\.test\./.test(file);
  return all.filter(wanted).sort();
}

/** Runs test files in one `bun test` process and adds its counts; a crash counts as a failure. */
async function tests(name: string, paths: string[]): Promise<void> {
  const started = performance.now();
  const report = new JunitReport();
  const exitCode = await runCommand([
    process.execPath,
    "test",
    "--timeout=120000",
    ...report.options,
    ...paths.map((path) => `./${path}`),
  ]);
  const { tests, skipped, failures } = await report.take();
  if (exitCode !== 0 && failures.length === 0) failures.push(`${name}: ended with exit code ${exitCode}`);
  tally.passed += Math.max(0, tests - skipped - failures.length);
  tally.failed += failures.length;
  failed.push(...failures);
  const state = failures.length === 0 ? "ok    " : "FAILED";
  console.log(`${state} ${name}: ${tests} tests in ${paths.length} files (${seconds(started)})`);
}

const tier = TIERS.find((name) => name === (process.argv[2] ?? "check"));
if (!tier) {
  console.error(`No tier "${process.argv[2]}"; there are ${TIERS.join(", ")}.`);
  process.exit(2);
}
const bin = (name: string) => join(root, "node_modules", ".bin", name);

await stage("types", [bin("tsc"), "--noEmit"]);
await stage("lint and format", [bin("biome"), "ci", "--error-on-warnings", "."]);
await tests("fast tests", await filesOf("check"));
if (tier !== "check") {
  const ready = await stage("set-up", [process.execPath, "src/cli/main.ts", "setup"]);
  // One process per file: MLX, the sandbox pool and a pseudo-terminal each get a clean start.
  if (ready) for (const path of await filesOf("test")) await tests(path, [path]);
  if (ready && tier === "slow") for (const path of await filesOf("slow")) await tests(path, [path]);
}
console.log(`\n${seconds(began)} in all`);
for (const name of failed) console.log(`FAILED ${name}`);
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1);
