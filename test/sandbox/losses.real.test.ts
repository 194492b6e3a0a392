import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stream } from "../../src/random/stream.ts";
import type { Backend } from "../../src/sandbox/backends/backend.ts";
import { bwrap } from "../../src/sandbox/backends/bwrap.ts";
import { WORKER_MARK } from "../../src/sandbox/launch.ts";
import { openSandbox, prepare } from "../../src/sandbox/open.ts";
import { policyFrom } from "../../src/sandbox/policy.ts";
import { SandboxPool } from "../../src/sandbox/pool.ts";
import { commandLine, descendants, processIds, processUsage } from "../../src/sandbox/process-table.ts";

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

const CONFIG = { backend: "bwrap", workers: 4, timeout_ms: 20_000, memory_mb: 200 } as const;

/** Processes of this engine's workers: those that wait, run and start. */
function workers(): number[] {
  return descendants(process.pid).filter((pid) => commandLine(pid)?.includes(WORKER_MARK));
}

function kill(pids: readonly number[]): void {
  Bun.spawnSync(["kill", "-KILL", ...pids.map(String)], { stderr: "ignore" });
}

function runAll(pool: SandboxPool, count: number): Promise<string[]> {
  const run = (i: number) =>
    pool.run({ program: `x = ${i}`, calls: ["x"] }).then(
      (result) => result.verdict,
      (error: Error) => error.message,
    );
  return Promise.all(Array.from({ length: count }, (_, i) => run(i)));
}

describe.each(["firejail", "bwrap"] as const)("%s", (backend) => {
  test("all workers are lost at once, again and again: every job is answered", async () => {
    await using pool = await openSandbox({ ...CONFIG, backend });
    const jobs = runAll(pool, 40);
    let killed = 0;
    for (let round = 0; round < 5; round++) {
      await Bun.sleep(120);
      const lost = workers();
      kill(lost);
      killed += lost.length;
    }
    expect(killed).toBeGreaterThan(5);
    // A program whose process was killed while it ran is told by nothing from one that killed itself.
    expect((await jobs).filter((answer) => answer !== "ok" && answer !== "worker-lost")).toEqual([]);
    expect(await runAll(pool, 8)).toEqual(Array(8).fill("ok"));
  });

  test("workers are lost at random, those that start too: every job is answered", async () => {
    await using pool = await openSandbox({ ...CONFIG, backend });
    const random = stream(0, "test", "losses");
    const jobs = runAll(pool, 30);
    for (let kills = 0; kills < 12; kills++) {
      const alive = workers();
      if (alive.length > 0) kill([random.pick(alive)]);
      await Bun.sleep(random.integer(5, 60));
    }
    expect((await jobs).filter((answer) => answer !== "ok" && answer !== "worker-lost")).toEqual([]);
    expect(await runAll(pool, 8)).toEqual(Array(8).fill("ok"));
  });
});

test("a job whose worker dies of it twice is answered, and the workers that wait stay", async () => {
  await using pool = await openSandbox(CONFIG);
  await pool.warm();
  const waiting = workers();
  // Seconds to compile, none to run.
  const running = pool.run({ program: `x = [${"[y], ".repeat(60_000)}]`, calls: [] });
  const killed = new Set<number>();
  for (let waited = 0; killed.size < 2 && waited < 30_000; waited += 10) {
    const busy = workers().find((pid) => !killed.has(pid) && (processUsage(pid)?.cpuMs ?? 0) > 150);
    if (busy !== undefined) {
      killed.add(busy);
      kill([busy]);
    }
    await Bun.sleep(10);
  }
  expect(await running).toMatchObject({ verdict: "worker-lost", flags: [] });
  expect(pool.counts().finished).toBe(1);
  const left = waiting.filter((pid) => !killed.has(pid) && commandLine(pid)?.includes(WORKER_MARK));
  // One place, with the launchers above it, had the job; the second time it got a new worker.
  expect(left.length).toBe((waiting.length * (CONFIG.workers - 1)) / CONFIG.workers);
});

test("a job that lost its worker gets one that is new, not another that waited beside the first", async () => {
  await using pool = await openSandbox({ ...CONFIG, workers: 3, timeout_ms: 5000 });
  await pool.warm();
  const waiting = workers();
  // Stopped, they take no job; the pool cannot tell.
  Bun.spawnSync(["kill", "-STOP", ...waiting.map(String)]);
  const running = pool.run({ program: "x = 1", calls: ["x"] });
  await Bun.sleep(50);
  // Workers are taken in their order; each has the same number of processes, the first started first.
  kill(waiting.sort((a, b) => a - b).slice(0, waiting.length / 3));
  expect((await running).verdict).toBe("ok");
});

/** A bwrap whose launches fail while a file is there. */
function fading(file: string): Backend {
  const failing = { command: ["/bin/sh", "-c", "echo no such luck >&2; exit 1"] };
  const launch: Backend["launch"] = (host, policy, python) =>
    existsSync(file) ? failing : bwrap.launch(host, policy, python);
  return { ...bwrap, launch };
}

test("starts that fail over and over reject the jobs that wait with the reason; later ones are run", async () => {
  const directory = mkdtempSync(join(tmpdir(), "azr-fading-"));
  const flag = join(directory, "weak");
  const prepared = await prepare(fading(flag), policyFrom(CONFIG));
  if ("failure" in prepared) throw new Error(prepared.failure);
  const patience = { generations: 3, ms: 300, firstPauseMs: 20, longestPauseMs: 100 };
  writeFileSync(flag, "x");
  await using pool = new SandboxPool(prepared.setup, prepared.first, prepared.release, patience);
  for (let round = 0; round < 2; round++) {
    kill(workers());
    const answers = await runAll(pool, 6);
    expect(answers.join()).toMatch(/^(?:(?:ok|worker-lost),)?(?:Sandbox workers do not start any more .*)+$/);
    expect(answers.at(-1)).toMatch(/\(\d+ tries in \d+ s\): .* did not start: no such luck\.$/);
    await expect(pool.warm()).rejects.toThrow("do not start any more");
  }
  rmSync(directory, { recursive: true });
  expect(await runAll(pool, 6)).toEqual(Array(6).fill("ok"));
  await pool.warm();
});

test("a launcher that hangs leaves no process, whatever it started", async () => {
  // The second has begun a session of its own, and the last has lost its parent.
  const script = "sleep 3701 & setsid sleep 3702 & (sleep 3703 &) ; sleep 3704";
  const hanging: Backend = { ...bwrap, launch: () => ({ command: ["/bin/sh", "-c", script] }) };
  const sleeping = () => processIds().filter((pid) => commandLine(pid)?.startsWith("sleep\x00370"));
  const opening = prepare(hanging, { ...policyFrom(CONFIG), startMs: 800 });
  await Bun.sleep(400);
  expect(sleeping().length).toBe(4);
  expect(await opening).toMatchObject({
    failure: "A worker of bwrap did not start: no sign of life within 0.8 s.",
  });
  for (let waited = 0; sleeping().length > 0 && waited < 2000; waited += 20) await Bun.sleep(20);
  expect(sleeping()).toEqual([]);
});
