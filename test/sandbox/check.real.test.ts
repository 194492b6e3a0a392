import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSandbox } from "../../src/sandbox/check.ts";
import { installSandbox } from "../../src/sandbox/install.ts";

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");

function cli(...args: string[]) {
  const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, MAIN, "sandbox", ...args]);
  return { stdout: stdout.toString(), stderr: stderr.toString(), exitCode };
}

test("set-up has nothing left to install", async () => {
  expect(await installSandbox()).toEqual({ ready: true, done: [] });
});

test("both backends are usable, each with its whole proof", async () => {
  const config = { backend: "auto", workers: 1, timeout_ms: 20_000, memory_mb: 200 } as const;
  const checks = await checkSandbox(config);
  expect(checks.map((check) => [check.backend, check.usable, check.failure])).toEqual([
    ["firejail", true, undefined],
    ["bwrap", true, undefined],
  ]);
  for (const check of checks) {
    expect(check.proof.filter((line) => line.ok).length).toBe(10);
    expect(check.handOverMs).toBeGreaterThan(0);
  }
});

test("sandbox check and sandbox run, as a script reads them", () => {
  const check = cli("check", "--json");
  expect(check.exitCode).toBe(0);
  expect(JSON.parse(check.stdout).usable).toBe("firejail");

  const directory = mkdtempSync(join(tmpdir(), "azr-cli-"));
  const file = join(directory, "program.py");
  writeFileSync(file, "import os\nprint('hi')\ndef f(x): return (x, [1.0])\n");
  const ok = cli("run", file, "--call", "f(3)", "--json");
  expect(ok.exitCode).toBe(0);
  expect(JSON.parse(ok.stdout)).toMatchObject({ status: "ok", value: "(3, [1.0])", stdout: "hi\n" });

  const plain = cli("run", file, "--call", "f(3)", "--backend", "bwrap");
  expect(plain.stdout).toBe("hi\n(3, [1.0])\n");

  const rules = cli("run", file, "--call", "f(3)", "--rules", "--json");
  expect(rules.exitCode).toBe(1);
  expect(JSON.parse(rules.stdout)).toMatchObject({
    status: "forbidden-import",
    value: null,
    flags: ["import:os"],
  });

  // What was found before anything ran was not tried.
  const { stderr } = cli("run", file, "--rules");
  expect(stderr).toContain("; forbidden imports: os\n");
  expect(stderr).not.toContain("tried");

  const missing = cli("run", join(directory, "none.py"));
  expect(missing.exitCode).toBe(2);
  expect(missing.stderr).toContain("There is no file");
  rmSync(directory, { recursive: true });
});
