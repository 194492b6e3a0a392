import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sandboxAccount } from "../../src/sandbox/account.ts";
import { attacks } from "./attacks/attacks.ts";

/**
 * The escape suite on both backends, launched as whoever runs the tests and, under root, as an ordinary user too
 * (from a copy in a directory that this user may read).
 */
const directory = mkdtempSync(join(tmpdir(), "azr-suite-"));
const bun = join(directory, "bun");
const suite = join(directory, "run.js");

beforeAll(async () => {
  const built = await Bun.build({
    entrypoints: ["run", "control"].map((name) => join(import.meta.dir, `attacks/${name}.ts`)),
    target: "bun",
    outdir: directory,
  });
  expect(built.success).toBe(true);
  copyFileSync(process.execPath, bun);
  chmodSync(bun, 0o755);
  chmodSync(directory, 0o755);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const root = process.getuid?.() === 0;
const users = root ? ["root", "an ordinary user"] : ["this user"];
const launches = ["firejail", "bwrap"].flatMap((backend) => users.map((user) => ({ backend, user })));

test("there are at least 80 attacks, with names of their own", () => {
  expect(attacks.length).toBeGreaterThanOrEqual(80);
  expect(new Set(attacks.map((attack) => attack.name)).size).toBe(attacks.length);
});

test.each(launches)(
  "$backend launched as $user holds every attack",
  async ({ backend, user }) => {
    const account = user === "an ordinary user" ? sandboxAccount() : {};
    if (!account) throw new Error("the sandbox account is missing: azr-tui setup makes it");
    const child = Bun.spawn([bun, suite, backend], {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin:/usr/sbin", TMPDIR: tmpdir() },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      ...account,
    });
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    expect(err).toBe("");
    const report = JSON.parse(out);
    expect(report.failures).toEqual([]);
    expect(report.attacks).toBe(attacks.length);
  },
  400_000,
);

test("every attack that names no verdict succeeds where there is no sandbox", async () => {
  const script = join(import.meta.dir, "attacks/throw-away.sh");
  const command = ["/bin/sh", script, directory, "/mnt/suite/bun", "/mnt/suite/control.js"];
  const child = Bun.spawn(command, {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin:/usr/sbin" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  expect(err).toBe("");
  expect(JSON.parse(out)).toEqual({
    attacks: attacks.filter((one) => one.verdicts.length === 0).length,
    powerless: [],
  });
}, 400_000);
