import { afterAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { claimEngine, releaseEngine } from "../../src/runs/index.ts";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { openPseudoTerminal } from "../tui/pseudo-terminal.ts";
import { ENTRY, run } from "./command-line.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const env = { AZR_RUNS_DIR: folder.path };

test("without a terminal --yes is needed; what was freed is said; a run at work and what is no run are left alone", async () => {
  const recorded = recordRun(folder.path, { name: "one", steps: 2 });
  const asked = await run(["runs", "delete", "one"], { env });
  expect([asked.code, asked.stderr.includes("--yes"), existsSync(recorded.path)]).toEqual([2, true, true]);
  using database = recorded.openDatabase();
  claimEngine(database);
  const busy = await run(["runs", "delete", "one", "--yes"], { env });
  expect([busy.code, existsSync(recorded.databasePath)]).toEqual([6, true]);
  expect(busy.stderr).toContain("Stop it first: azr-tui runs stop one");
  releaseEngine(database);
  database.close();
  const done = await run(["runs", "delete", "one", "--yes"], { env });
  expect(done.stderr).toMatch(/one is deleted: [\d.]+ kB freed\./);
  expect([done.code, done.stdout, existsSync(recorded.path)]).toEqual([0, "", false]);
  expect((await run(["runs", "delete", "one", "--yes"], { env })).code).toBe(6);
});

test("on a terminal it asks, and takes y alone", async () => {
  const recorded = recordRun(folder.path, { name: "two", steps: 1 });
  const answer = async (keys: string) => {
    await using terminal = openPseudoTerminal([process.execPath, ENTRY, "runs", "delete", "two"], { env });
    await terminal.waitFor(/for good[\s\S]*\[y\/N\]/);
    terminal.send(keys);
    return [await terminal.exited, (await terminal.screen()).includes("Nothing was deleted.")];
  };
  expect(await answer("\r")).toEqual([0, true]);
  expect(await answer("\x04")).toEqual([0, true]);
  expect(existsSync(recorded.path)).toBe(true);
  expect(await answer("y\r")).toEqual([0, false]);
  expect(existsSync(join(folder.path, "two"))).toBe(false);
});
