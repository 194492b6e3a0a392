#!/usr/bin/env bun
/**
 * The test tiers. `check`: types, lint, and the fast tests. `test`: all of that and every test that needs
 * the native layer, the real sandbox, the real model and a pseudo-terminal, after set-up. `slow`: peers,
 * cross-compiling, many kills. The tier of a test file is in its name: `*.test.ts` fast, `*.real.test.ts`
 * test, `*.slow.test.ts` slow. The last line printed is `N passed, N failed`.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Glob } from "bun";

type Tier = "check" | "test" | "slow";
const root = join(import.meta.dir, "..");
const tally = { passed: 0, failed: 0 };

function report(name: string, ok: boolean, seconds: number): void {
  tally[ok ? "passed" : "failed"] += 1;
  console.log(`${ok ? "ok    " : "FAILED"} ${name} (${seconds.toFixed(1)} s)`);
}

/** Runs a command with its output shown; true when it exits with 0. */
async function succeeds(command: string[]): Promise<boolean> {
  const child = Bun.spawn(command, { cwd: root, stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  return (await child.exited) === 0;
}

async function stage(name: string, command: string[]): Promise<boolean> {
  const began = performance.now();
  const ok = await succeeds(command);
  report(name, ok, (performance.now() - began) / 1000);
  return ok;
}

async function files(tier: Tier): Promise<string[]> {
  const all = await Array.fromAsync(new Glob("test/**/*.test.{ts,tsx}").scan(root));
  const suffix = { check: "", test: ".real", slow: ".slow" }[tier];
  const wanted = (file: string) =>
    suffix ? file.includes(`${suffix}.test.`) : !/\.(real|slow)\.test\./.test(file);
  return all.filter(wanted).sort();
}

/** Runs test files in one `bun test` process and adds its junit counts; a crash counts as a failure. */
async function tests(name: string, paths: string[]): Promise<void> {
  const output = join(tmpdir(), `azr-junit-${process.pid}-${name.replace(/\W/g, "-")}.xml`);
  const began = performance.now();
  const exited = await succeeds([
    process.execPath,
    "test",
    "--timeout=120000",
    "--reporter=junit",
    `--reporter-outfile=${output}`,
    ...paths.map((path) => `./${path}`),
  ]);
  const report = await Bun.file(output)
    .text()
    .catch(() => "");
  await Bun.file(output)
    .delete()
    .catch(() => undefined);
  const head = /<testsuites [^>]*>/.exec(report)?.[0] ?? "";
  const figure = (key: string) => Number(new RegExp(`${key}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const failures = figure("failures");
  tally.passed += figure("tests") - failures - figure("skipped");
  tally.failed += failures > 0 ? failures : exited ? 0 : 1;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${exited ? "ok    " : "FAILED"} ${name}: ${figure("tests")} tests in ${paths.length} files (${seconds} s)`,
  );
}

const tier = (process.argv[2] ?? "check") as Tier;
const bin = (name: string) => join(root, "node_modules", ".bin", name);

await stage("types", [bin("tsc"), "--noEmit"]);
await stage("lint and format", [bin("biome"), "ci", "--error-on-warnings", "."]);
await tests("fast tests", await files("check"));
if (tier !== "check") {
  const ready = await stage("set-up", [process.execPath, "src/cli/main.ts", "setup"]);
  // One process per file: MLX, the sandbox pool and a pseudo-terminal each get a clean start.
  if (ready) for (const path of await files("test")) await tests(path, [path]);
  if (ready && tier === "slow") for (const path of await files("slow")) await tests(path, [path]);
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1);
