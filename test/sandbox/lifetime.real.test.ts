import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WORKER_MARK } from "../../src/sandbox/launch.ts";
import { sweepLeftovers } from "../../src/sandbox/leftovers.ts";
import { openSandbox } from "../../src/sandbox/open.ts";
import { commandLine, descendants, processIds, startTime } from "../../src/sandbox/process-table.ts";

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

/** Processes of an engine's sandbox, launchers and interpreters, wherever they hang in the tree. */
function workersOf(engine: number): number[] {
  return processIds().filter((pid) => commandLine(pid)?.includes(`${WORKER_MARK} ${engine}-`));
}

/** Directories of an engine's pools. */
function directoriesOf(engine: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`azr-sandbox-${engine}-`));
}

/** Everything below an engine, by pid and start time: what a program writes into its command line does not hide it. */
function below(engine: number): Map<number, string | undefined> {
  return new Map(descendants(engine).map((pid) => [pid, startTime(pid)]));
}

function living(processes: Map<number, string | undefined>): number[] {
  return [...processes]
    .filter(([pid, began]) => began !== undefined && startTime(pid) === began)
    .map(([pid]) => pid);
}

/** Which of them still live after at most two seconds. */
async function survivors(processes: Map<number, string | undefined>): Promise<number[]> {
  for (let waited = 0; living(processes).length > 0 && waited < 2000; waited += 20) await Bun.sleep(20);
  return living(processes);
}

/** An engine and processes of its own, before it can see one of them gone: stopped, it replaces none. */
async function killAtOnce(engine: Bun.Subprocess, others: readonly number[]): Promise<void> {
  engine.kill("SIGSTOP");
  Bun.spawnSync(["kill", "-KILL", ...others.map(String), String(engine.pid)]);
  await engine.exited;
}

async function startEngine(backend: string) {
  const engine = Bun.spawn([process.execPath, join(import.meta.dir, "engine.ts"), backend], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await engine.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toBe("ready\n");
  expect(workersOf(engine.pid).length).toBeGreaterThanOrEqual(3);
  return engine;
}

describe.each(["firejail", "bwrap"] as const)("%s", (backend) => {
  test("a watchdog that is killed is replaced: still nothing survives the engine", async () => {
    const engine = await startEngine(backend);
    const watchdogs = () =>
      descendants(engine.pid).filter((pid) => commandLine(pid)?.includes("azr-tui-sandbox-watchdog"));
    const [first] = watchdogs();
    process.kill(first as number, "SIGKILL");
    for (let waited = 0; watchdogs()[0] === first || watchdogs().length === 0; waited += 20) {
      expect(waited).toBeLessThan(10_000);
      await Bun.sleep(20);
    }
    const processes = below(engine.pid);
    expect(processes.size).toBeGreaterThanOrEqual(6);
    engine.kill("SIGKILL");
    await engine.exited;
    expect(await survivors(processes)).toEqual([]);
  });

  test.each(["SIGKILL", "SIGTERM"] as const)(
    "no process and no file survives %s to the engine",
    async (signal) => {
      const engine = await startEngine(backend);
      const processes = below(engine.pid);
      // A launcher and an interpreter for each of three workers at least, and one command line was wiped.
      expect(processes.size).toBeGreaterThanOrEqual(6);
      expect([...processes.keys()].some((pid) => commandLine(pid)?.replaceAll("\0", "") === "")).toBe(true);
      expect(directoriesOf(engine.pid).length).toBe(1);
      engine.kill(signal);
      await engine.exited;
      expect(await survivors(processes)).toEqual([]);
      for (let waited = 0; directoriesOf(engine.pid).length > 0 && waited < 2000; waited += 20)
        await Bun.sleep(20);
      expect(directoriesOf(engine.pid)).toEqual([]);
    },
  );

  test("no process survives engine and watchdog killed in the same moment", async () => {
    const engine = await startEngine(backend);
    const processes = below(engine.pid);
    const watchdogs = [...processes.keys()].filter((pid) =>
      commandLine(pid)?.includes("azr-tui-sandbox-watchdog"),
    );
    expect(watchdogs.length).toBe(1);
    expect(processes.size).toBeGreaterThanOrEqual(7);
    await killAtOnce(engine, watchdogs);
    expect(await survivors(processes)).toEqual([]);
    // With nobody left to remove it.
    expect(directoriesOf(engine.pid).length).toBe(1);
    sweepLeftovers();
    expect(directoriesOf(engine.pid)).toEqual([]);
  });

  test("what an engine left behind with its watchdog dead is swept, and a living engine's is not", async () => {
    const dead = await startEngine(backend);
    await using other = await openSandbox({ backend, workers: 2, timeout_ms: 20_000, memory_mb: 200 });
    await other.warm();
    const processes = below(dead.pid);
    // Everything of ours that could end a program: only what it left is there.
    const ours = [...processes.keys()].filter((pid) =>
      /azr-tui-sandbox-(?:watchdog|launcher)/.test(commandLine(pid)?.split("\0").slice(0, 5).join() ?? ""),
    );
    await killAtOnce(dead, ours);
    if (backend === "firejail") {
      await Bun.sleep(500);
      expect(living(processes).length).toBeGreaterThan(0);
    }
    expect(directoriesOf(dead.pid).length).toBe(1);
    sweepLeftovers();
    expect(await survivors(processes)).toEqual([]);
    expect(directoriesOf(dead.pid)).toEqual([]);
    expect(directoriesOf(process.pid).length).toBe(1);
    expect((await other.run({ program: "def f(): return 1", calls: ["f()"] })).verdict).toBe("ok");
  });

  test("300 programs leave no process, no descriptor, no file", async () => {
    const before = new Set(processIds());
    const descriptors = () => readdirSync("/proc/self/fd").length;
    const pool = await openSandbox({ backend, workers: 4, timeout_ms: 20_000, memory_mb: 200 });
    const batch = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, i) => pool.run({ program: `x = ${i}`, calls: ["x"] })));
    await batch(50);
    await pool.warm();
    await Bun.sleep(300);
    const open = descriptors();
    const results = await batch(250);
    expect(results.every((result) => result.verdict === "ok")).toBe(true);
    await pool.warm();
    await Bun.sleep(300);
    expect(Math.abs(descriptors() - open)).toBeLessThanOrEqual(2);
    await pool[Symbol.asyncDispose]();
    expect(directoriesOf(process.pid)).toEqual([]);
    expect(workersOf(process.pid)).toEqual([]);
    await Bun.sleep(100);
    expect(descendants(process.pid).filter((pid) => !before.has(pid))).toEqual([]);
  }, 60_000);

  test("idle workers that are killed are replaced, and a job that meets one is answered", async () => {
    await using pool = await openSandbox({ backend, workers: 3, timeout_ms: 20_000, memory_mb: 200 });
    for (let round = 0; round < 3; round++) {
      await pool.warm();
      // With its launcher dead a worker dies too: some of these are gone before their turn.
      Bun.spawnSync(["kill", "-KILL", ...workersOf(process.pid).map(String)], { stderr: "ignore" });
      const result = await pool.run({ program: "def f(): return 1", calls: ["f()"] });
      expect(result.verdict).toBe("ok");
    }
    await Bun.sleep(100);
    await pool.warm();
    expect((await pool.run({ program: "def f(): return 1", calls: ["f()"] })).verdict).toBe("ok");
  });
});
