#!/usr/bin/env bun
/**
 * What the sandbox costs: cold start beside the bare interpreter's, warm hand-off to result, sustained isolated
 * programs per second, memory of an idle worker. A table, or JSON with --json. `--programs N` sets the length of
 * the sustained run.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { findInterpreter } from "../src/sandbox/interpreter.ts";
import { BACKENDS, openSandbox, platformBackends } from "../src/sandbox/open.ts";
import type { SandboxPool } from "../src/sandbox/pool.ts";
import { descendants } from "../src/sandbox/process-table.ts";

const { values: options } = parseArgs({
  options: { json: { type: "boolean" }, programs: { type: "string", default: "600" } },
});
const PROGRAMS = Number(options.programs);
const HAND_OFFS = 200;
const COLD_STARTS = 20;
const JOB = { program: "def f(x):\n    return sorted(x)[::-1]", calls: ["f([3, 1, 2])"] };

interface Row {
  backend: string;
  coldStartMs: number;
  handOffP50Ms: number;
  handOffP99Ms: number;
  programsPerSecond: number;
  idleWorkerMiB: number;
}

const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;

async function timed(count: number, action: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    await action();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b);
}

/** Proportional memory of a pool's idle workers with their launchers, MiB each. */
function idleMemory(pool: SandboxPool): number {
  let kilobytes = 0;
  for (const pid of descendants(process.pid)) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
    } catch {
      return Number.NaN; // only root may read a launcher's
    }
  }
  return kilobytes / 1024 / pool.counts().idleWorkers;
}

async function measure(backend: keyof typeof BACKENDS): Promise<Row> {
  const config = { backend, workers: 0, timeout_ms: 5000, memory_mb: 1024 };
  const open = (workers: number) => openSandbox({ ...config, workers }, { allowUnsafe: true });
  const cold = await timed(COLD_STARTS, async () => {
    await using pool = await open(1);
    await pool.run(JOB);
  });

  await using pool = await open(0);
  await pool.warm();
  const idleWorkerMiB = idleMemory(pool);
  const handOff: number[] = [];
  for (let i = 0; i < HAND_OFFS; i++) {
    await pool.warm();
    await Bun.sleep(30); // the machine is idle again: this is latency, not throughput
    handOff.push(...(await timed(1, () => pool.run(JOB))));
  }
  handOff.sort((a, b) => a - b);

  const began = performance.now();
  await Promise.all(Array.from({ length: PROGRAMS }, () => pool.run(JOB)));
  const seconds = (performance.now() - began) / 1000;
  return {
    backend,
    coldStartMs: quantile(cold, 0.5),
    handOffP50Ms: quantile(handOff, 0.5),
    handOffP99Ms: quantile(handOff, 0.99),
    programsPerSecond: PROGRAMS / seconds,
    idleWorkerMiB,
  };
}

const interpreter = findInterpreter();
const bare = await timed(COLD_STARTS, async () => {
  await Bun.spawn([interpreter.path, "-s", "-S", "-B", "-c", "pass"]).exited;
});
const rows: Row[] = [];
for (const backend of [...platformBackends(), BACKENDS["unsafe-local"]])
  rows.push(await measure(backend.name));

if (options.json) {
  console.log(JSON.stringify({ bareInterpreterMs: quantile(bare, 0.5), rows }, null, 2));
} else {
  const table = new Table({
    head: ["backend", "cold start ms", "hand-off p50 ms", "p99 ms", "programs/s", "idle worker MiB"],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    const { backend, ...figures } = row;
    table.push([backend, ...Object.values(figures).map((x) => x.toFixed(1))]);
  }
  console.log(table.toString());
  console.log(`bare ${interpreter.path} ${interpreter.version}: ${quantile(bare, 0.5).toFixed(1)} ms`);
}
