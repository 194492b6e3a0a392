import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesUnder } from "../../src/runs/delete-run.ts";
import { claimEngine, deleteRun, RunDirectory, releaseEngine } from "../../src/runs/index.ts";
import { makeConfig, temporaryFolder } from "./fixtures.ts";

test("a run is removed whole, and only where no engine is at work on it", async () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "a"), makeConfig());
  writeFileSync(join(run.checkpointsPath, "file"), "x");
  {
    using database = run.openDatabase();
    claimEngine(database);
    await expect(deleteRun(run.path)).rejects.toThrow(`run a is being trained by process ${process.pid}`);
    expect(existsSync(run.databasePath)).toBe(true);
    releaseEngine(database);
  }
  const bytes = bytesUnder(run.path);
  expect(bytes).toBeGreaterThan(1000);
  // Looking at it, as is done before it goes, may add files of the database.
  expect(await deleteRun(run.path)).toBeGreaterThanOrEqual(bytes);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("what is no run is left alone: another directory, a damaged run, a link to one", async () => {
  using folder = temporaryFolder();
  const other = join(folder.path, "other");
  mkdirSync(other);
  writeFileSync(join(other, "config.json"), "{}");
  await expect(deleteRun(other)).rejects.toThrow("is not a run");
  writeFileSync(join(other, "run.sqlite"), "no database at all");
  await expect(deleteRun(other)).rejects.toThrow("not a database");
  const run = RunDirectory.create(join(folder.path, "run"), makeConfig());
  const link = join(folder.path, "link");
  symlinkSync(run.path, link);
  await expect(deleteRun(link)).rejects.toThrow("is a link");
  expect(readdirSync(folder.path).sort()).toEqual(["link", "other", "run"]);
  expect(existsSync(run.databasePath)).toBe(true);
});
