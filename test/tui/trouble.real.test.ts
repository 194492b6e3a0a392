import { Database } from "bun:sqlite";
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunDirectory } from "../../src/runs/index.ts";
import { scriptedConfig } from "../engine/scripted-parts.ts";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { openPseudoTerminal } from "./pseudo-terminal.ts";

setDefaultTimeout(240_000);

const root = join(import.meta.dir, "..", "..");
const cli = join(root, "src", "cli", "main.ts");
const opener = join(import.meta.dir, "open-tui.ts");
const scriptedEngine = join(root, "test", "engine", "scripted-engine.ts");
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let count = 0;

/**
 * A command with `disk` as a file system of its own in memory, of so many KiB, which is gone with the command. Raises
 * where this user may not mount: the test needs root, or user namespaces.
 */
function onSmallDisk(disk: string, kib: number, script: string, args: readonly string[]): string[] {
  mkdirSync(disk, { recursive: true });
  const flags = process.getuid?.() === 0 ? ["-m"] : ["-m", "-r"];
  const probe = Bun.spawnSync(["unshare", ...flags, "mount", "-t", "tmpfs", "tmpfs", disk]);
  if (!probe.success)
    throw new Error(
      `A file system of a test's own needs \`unshare -m\` as root or user namespaces: ${probe.stderr}`,
    );
  const mount = `mount -t tmpfs -o size=${kib}k tmpfs ${disk} || exit 90`;
  return ["unshare", ...flags, "sh", "-c", `${mount}; ${script}`, "sh", ...args];
}

test("a run on a full disk: the command says so, and what to do", async () => {
  const run = recordRun(join(folder.path, String(count++)));
  const disk = join(folder.path, "full");
  const script = `cp -r "$1" ${disk}/run; dd if=/dev/zero of=${disk}/fill bs=1k 2>/dev/null; exec "$2" "$3" attach ${disk}/run`;
  await using terminal = openPseudoTerminal(
    onSmallDisk(disk, 4096, script, [run.path, process.execPath, cli]),
  );
  expect(await terminal.exited).not.toBe(0);
  expect(terminal.alternate()).toBe(false);
  expect(await terminal.screen()).toMatch(/disk I\/O error[\s\S]*Free some disk space/);
});

test("a disk that fills while an engine trains: the screen stays, and says what is to be done", async () => {
  const made = RunDirectory.create(join(folder.path, "filling"), scriptedConfig(5, 1000));
  const disk = join(folder.path, "small");
  const trigger = join(folder.path, "fill-now");
  const fill = `(while [ ! -e ${trigger} ]; do sleep 0.1; done; dd if=/dev/zero of=${disk}/fill bs=1k 2>/dev/null) &`;
  const script = `cp -r "$1" ${disk}/run; ${fill} exec "$2" "$3" ${disk}/run launch:${scriptedEngine}`;
  await using terminal = openPseudoTerminal(
    onSmallDisk(disk, 6144, script, [made.path, process.execPath, opener]),
    { columns: 140, rows: 30 },
  );
  await terminal.waitFor(/▶ running +step [1-9]/, 90_000);
  writeFileSync(trigger, "");
  await terminal.waitFor(/✗ crashed[\s\S]*(full|disk)/i, 90_000);
  terminal.send("2");
  await terminal.waitFor(/Tasks: \d+/);
  terminal.send("q");
  await terminal.exited;
  expect(terminal.alternate()).toBe(false);
});

test("a database that another program is writing to, and does not let go of: the screens read on", async () => {
  const run = recordRun(join(folder.path, String(count++)));
  await using terminal = openPseudoTerminal([process.execPath, cli, "attach", run.path]);
  await terminal.waitFor(/Proposer reward/);
  using other = new Database(run.databasePath);
  other.run("BEGIN IMMEDIATE");
  other.run("UPDATE run SET name = 'other'");
  terminal.send("2");
  await terminal.waitFor(/Tasks: 39/);
  terminal.send("\r");
  await terminal.waitFor(/Task 39/);
  other.run("ROLLBACK");
  terminal.send("q");
  expect(await terminal.exited).toBe(0);
});

test("a database that is locked from the start: the command says so, and what to do", async () => {
  const run = recordRun(join(folder.path, String(count++)));
  using other = new Database(run.databasePath);
  other.run("PRAGMA locking_mode = EXCLUSIVE");
  other.run("BEGIN EXCLUSIVE");
  await using terminal = openPseudoTerminal([process.execPath, cli, "attach", run.path], { columns: 140 });
  expect(await terminal.exited).not.toBe(0);
  expect(terminal.alternate()).toBe(false);
  expect(await terminal.screen()).toMatch(/locked[\s\S]*Another program holds the database/);
});

test("a place that throws while it is drawn: the terminal is given back and the error can be read", async () => {
  await using terminal = openPseudoTerminal([process.execPath, opener, "", "render"]);
  expect(await terminal.exited).toBe(1);
  expect(terminal.alternate()).toBe(false);
  expect(await terminal.screen()).toMatch(/thrown while drawn/);
});
