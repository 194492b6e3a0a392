#!/usr/bin/env bun
/**
 * What the screen costs beside a simulated engine, on a run of 2,000 steps at 140x45: time from the command to the
 * first frame and to that of the dashboard, CPU share of a core at 10 messages a second, bytes a frame, time from a key to its frame (with the
 * cores free and with two threads that count), and memory over the events of ten hours, told in a minute. A table, or
 * JSON with --json.
 *
 *   bun run bench tui [--json] [--starts 10] [--seconds 20] [--keys 60] [--hours 10]
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { recordLongRun } from "../test/fixtures/long-run.ts";
import { openTerminal, usageOf } from "./tui/terminal.ts";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    starts: { type: "string", default: "10" },
    seconds: { type: "string", default: "20" },
    keys: { type: "string", default: "60" },
    hours: { type: "string", default: "10" },
  },
});
const SIZE = { columns: 140, rows: 45 };
const STEPS = 2000;
/** Messages and steps a second of an engine that is watched, and of ten hours of it in a minute. */
const USUAL = { messages: 10, steps: 0.1 };
const HOURS = Number(options.hours);
const FAST_SECONDS = 60;
const cli = join(import.meta.dir, "..", "src", "cli", "main.ts");
const engine = join(import.meta.dir, "tui", "simulated-engine.ts");

const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
const quantile = (values: readonly number[], q: number) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(q * values.length))] ?? Number.NaN;

const folder = mkdtempSync(join(tmpdir(), "azr-bench-"));
const attach = (path: string) => openTerminal([process.execPath, cli, "attach", path], SIZE);

/** An engine that talks, until the block that holds it ends. */
function simulate(path: string, rate: { messages: number; steps: number }, busy = false): AsyncDisposable {
  const child = Bun.spawn(
    [process.execPath, engine, path, String(rate.messages), String(rate.steps), ...(busy ? ["busy"] : [])],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** Milliseconds from the command to a frame that names the run, and to one that shows the dashboard. */
async function firstFrames(path: string): Promise<{ first: number[]; dashboard: number[] }> {
  const times = { first: [] as number[], dashboard: [] as number[] };
  for (let i = 0; i < Number(options.starts); i++) {
    await using terminal = attach(path);
    const [first, dashboard] = await Promise.all([
      terminal.until("opens"),
      terminal.until("Proposer reward"),
    ]);
    times.first.push(first);
    times.dashboard.push(dashboard);
  }
  return times;
}

/** Milliseconds from a key to the frame that shows what it did. */
async function keyTimes(terminal: ReturnType<typeof attach>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < Number(options.keys); i++) {
    const seen = terminal.until(i % 2 === 0 ? "▸ Solver reward" : "▸ Proposer reward", 5000);
    terminal.send(i % 2 === 0 ? "]" : "[");
    times.push(await seen);
    await Bun.sleep(50 + ((i * 37) % 100));
  }
  return times;
}

/** A screen that follows an engine: its share of a core, frames and bytes, key times, what it has loaded. */
async function watched(path: string, busy: boolean) {
  await using _engine = simulate(path, USUAL, busy);
  await Bun.sleep(500);
  await using terminal = attach(path);
  await terminal.until("Machine");
  await Bun.sleep(3000);
  const [began, before] = [performance.now(), usageOf(terminal.pid)];
  const [bytes, frames] = [terminal.bytes, terminal.frames];
  await Bun.sleep(Number(options.seconds) * 1000);
  const seconds = (performance.now() - began) / 1000;
  const after = usageOf(terminal.pid);
  const drawn = terminal.frames - frames;
  return {
    cpuShare: (after.cpuMs - before.cpuMs) / 1000 / seconds,
    framesPerSecond: drawn / seconds,
    bytesPerFrame: (terminal.bytes - bytes) / Math.max(1, drawn),
    keys: await keyTimes(terminal),
    loadedMlx: mapsOf(terminal.pid).includes("libmlx"),
  };
}

/** Files that a process has mapped; empty where the system does not tell. */
function mapsOf(pid: number): string {
  const maps = `/proc/${pid}/maps`;
  return existsSync(maps) ? readFileSync(maps, "utf8") : "";
}

/** Memory of the screen while the events of hours go by: at a quarter of the time, at the end, and the growth an hour. */
async function longRun(path: string) {
  const usualSeconds = HOURS * 3600;
  const rate = {
    messages: (usualSeconds * USUAL.messages) / FAST_SECONDS,
    steps: usualSeconds / 90 / FAST_SECONDS,
  };
  await using _engine = simulate(path, rate);
  await Bun.sleep(500);
  await using terminal = attach(path);
  await terminal.until("Machine");
  const samples: { hours: number; bytes: number }[] = [];
  for (let second = 1; second <= FAST_SECONDS; second++) {
    await Bun.sleep(1000);
    const { residentBytes } = usageOf(terminal.pid);
    samples.push({ hours: (HOURS * second) / FAST_SECONDS, bytes: residentBytes });
  }
  const settled = samples.slice(FAST_SECONDS / 4);
  return {
    settledBytes: settled[0]?.bytes ?? Number.NaN,
    endBytes: settled.at(-1)?.bytes ?? Number.NaN,
    bytesPerHour: slope(settled.map(({ hours, bytes }) => [hours, bytes])),
  };
}

/** Slope of the line of least squares. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (index: 0 | 1) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return covariance / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

try {
  const load = loadavg()[0] ?? 0;
  const { path } = recordLongRun(folder, { steps: STEPS });
  const { first, dashboard } = await firstFrames(path);
  const quiet = await watched(path, false);
  const busy = await watched(path, true);
  const memory = await longRun(path);
  const result = {
    loadAverage: { before: load, after: loadavg()[0] ?? 0 },
    firstFrameMs: { p50: quantile(first, 0.5), most: Math.max(...first) },
    dashboardMs: { p50: quantile(dashboard, 0.5), most: Math.max(...dashboard) },
    cpuShare: quiet.cpuShare,
    framesPerSecond: quiet.framesPerSecond,
    bytesPerFrame: quiet.bytesPerFrame,
    keyMs: { p50: quantile(quiet.keys, 0.5), p95: quantile(quiet.keys, 0.95) },
    busyKeyMs: { p50: quantile(busy.keys, 0.5), p95: quantile(busy.keys, 0.95) },
    memory,
    loadedMlx: quiet.loadedMlx || busy.loadedMlx,
  };
  if (options.json) console.log(JSON.stringify(result, null, 2));
  else console.log(tableOf(result));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tableOf(result: {
  loadAverage: { before: number; after: number };
  firstFrameMs: { p50: number; most: number };
  dashboardMs: { p50: number; most: number };
  cpuShare: number;
  framesPerSecond: number;
  bytesPerFrame: number;
  keyMs: { p50: number; p95: number };
  busyKeyMs: { p50: number; p95: number };
  memory: { settledBytes: number; endBytes: number; bytesPerHour: number };
  loadedMlx: boolean;
}): string {
  const table = new Table({ head: ["what", "measured", "wanted"], style: { head: [] } });
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  const mb = (value: number) => `${(value / 1e6).toFixed(1)} MB`;
  const { firstFrameMs, dashboardMs, keyMs, busyKeyMs, memory, loadAverage } = result;
  table.push(
    ["first frame", `p50 ${ms(firstFrameMs.p50)}, most ${ms(firstFrameMs.most)}`, "300 ms"],
    ["frame of the dashboard", `p50 ${ms(dashboardMs.p50)}, most ${ms(dashboardMs.most)}`, "300 ms"],
    [
      `CPU at ${result.framesPerSecond.toFixed(1)} frames a second`,
      `${(100 * result.cpuShare).toFixed(1)}% of a core`,
      "25%",
    ],
    ["a frame", `${result.bytesPerFrame.toFixed(0)} bytes`, ""],
    ["key to frame", `p50 ${ms(keyMs.p50)}, p95 ${ms(keyMs.p95)}`, "p95 50 ms"],
    ["the same beside two busy threads", `p50 ${ms(busyKeyMs.p50)}, p95 ${ms(busyKeyMs.p95)}`, "p95 50 ms"],
    [
      `memory over ${HOURS} hours of events`,
      `${mb(memory.settledBytes)} to ${mb(memory.endBytes)}, ${mb(memory.bytesPerHour)} an hour`,
      "flat",
    ],
    ["MLX loaded", result.loadedMlx ? "yes" : "no", "no"],
    ["load average", `${loadAverage.before.toFixed(1)} to ${loadAverage.after.toFixed(1)}`, ""],
  );
  return table.toString();
}
