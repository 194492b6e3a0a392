import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type MachineFact, machineFacts, setMachine } from "../../../src/runs/index.ts";
import { diskUse } from "../../../src/tui/screens/system/disk-use.ts";
import { lastSteps } from "../../../src/tui/screens/system/phase-bars.tsx";
import { recordRun } from "../../fixtures/recorded-run.ts";
import { temporaryFolder } from "../../runs/fixtures.ts";
import { liveSnapshot } from "../scripted-source.ts";
import { openStage } from "../stage.tsx";

setDefaultTimeout(30_000);

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const FACTS: readonly MachineFact[] = [
  { part: "engine", name: "Bun", value: "1.4.5" },
  { part: "device", name: "MLX", value: "0.32.4" },
  { part: "model", name: "model", value: "smollm2-135m: llama, 30 layers" },
  { part: "sandbox", name: "version", value: "firejail version 0.9.72" },
  { part: "proof", name: "seccomp filter", value: "ok: Seccomp: 2, filters: 3 of 3" },
  { part: "proof", name: "own network", value: "FAILED: \x1b[2Jours" },
];

/** The System screen of a run, with what its engine found. */
function open(name: string, columns: number, rows: number) {
  const run = recordRun(join(folder.path, name));
  using database = run.openDatabase();
  for (const step of [3, 12])
    for (const [figure, count] of [
      ["programs", 21],
      ["seconds", 4.2],
      ["verdict/ok", 20],
      ["verdict/timeout", 1],
    ] as const)
      database.run("INSERT OR REPLACE INTO metrics (step, name, value) VALUES (?, ?, ?)", [
        step,
        `sandbox/${figure}`,
        count,
      ]);
  setMachine(database, FACTS);
  return openStage(run, columns, rows);
}

test("a live run: versions, proof, pool, latency, memory, queues, phases of the last steps", async () => {
  using stage = open("live", 140, 45);
  stage.source.show({ state: "running", snapshot: liveSnapshot() });
  await stage.screen.press("6");
  const text = await stage.screen.text();
  expect(text).toContain("smollm2-135m: llama, 30 layers");
  expect(text).toMatch(/✓ seccomp filter +Seccomp: 2/);
  expect(text).toMatch(/✗ own network +·\[2Jours/);
  expect(text).toContain("■■□□□ 2 running, 3 idle, 5 queued; 204 done");
  expect(text).toContain("half within 42ms, 95 of 100 within 180ms");
  expect(text).toMatch(/MLX cache +210 MB/);
  expect(text).toMatch(/propose +6 of 18 samples to go/);
  expect(text).toMatch(/12 +88\.4 s █+▓+░+/);
  expect(text).toContain("█ propose");
  expect(stage.screen.written()).not.toContain("\x1b[2Jours");
});

test("a finished run is drawn from its database; what does not fit is scrolled to", async () => {
  using stage = open("finished", 60, 20);
  await stage.screen.press("6");
  expect(await stage.screen.text()).toContain("state       finished");
  expect(await stage.screen.text()).toMatch(/lines 1-1\d of/);
  await stage.screen.resize(140, 45);
  expect(await stage.screen.text()).toMatch(/verdicts +of the 42 programs of 12 steps/);
  expect(await stage.screen.text()).toMatch(/latency +200ms in the mean[\s\S]*ok +40 ▇[\s\S]*timeout +2 /);
  await stage.screen.resize(60, 20);
  await stage.screen.press("G");
  expect(await stage.screen.text()).toContain("0.32.4");
  await stage.screen.press("g");
  expect(await stage.screen.text()).toContain("state       finished");
});

test("seconds of steps go by phase, the newest first", () => {
  using database = recordRun(join(folder.path, "phases")).openDatabase({ readonly: true });
  const [newest, before] = lastSteps(database, 2);
  expect([newest?.step, before?.step]).toEqual([12, 11]);
  expect(newest?.total).toBe(88.4);
  expect(newest?.phases.filter(({ seconds }) => seconds > 0)).toEqual([
    { phase: "propose", seconds: 41.2 },
    { phase: "validate", seconds: 0.8 },
    { phase: "solve", seconds: 20.1 },
    { phase: "update", seconds: 26.3 },
  ]);
});

test("disk use is by what files are", async () => {
  const path = join(folder.path, "disk");
  mkdirSync(join(path, "checkpoints", "checkpoint-1"), { recursive: true });
  writeFileSync(join(path, "run.sqlite"), "x".repeat(100));
  writeFileSync(join(path, "run.sqlite-wal"), "x".repeat(20));
  writeFileSync(join(path, "checkpoints", "checkpoint-1", "adapter"), "x".repeat(1000));
  writeFileSync(join(path, "engine.log"), "x".repeat(7));
  expect(await diskUse(path)).toMatchObject({ database: 120, checkpoints: 1000, rest: 7 });
  expect((await diskUse(path)).free).toBeGreaterThan(0);
});

test("what an engine found takes the place of what an earlier one did, in order", () => {
  using database = recordRun(join(folder.path, "facts")).openDatabase();
  expect(machineFacts(database)).toEqual([]);
  setMachine(database, FACTS);
  setMachine(database, FACTS.slice(0, 2));
  expect(machineFacts(database)).toEqual([...FACTS.slice(0, 2)]);
});
