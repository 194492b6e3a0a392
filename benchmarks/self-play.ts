#!/usr/bin/env bun
/**
 * Steps of self-play as users run them: the engine process, the real model and sandbox. For each step the seconds of
 * every phase, the share of the step that is neither generation nor update, the seconds between two steps, tokens and
 * rollouts per second.
 *
 *   bun benchmarks/self-play.ts [--preset smollm2] [--steps 3] [--set key=value]... [--json]
 *
 * A table, or JSON with --json.. Speeds hold for an idle
 * machine only; the share that is not hidden holds for others too.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { loadConfig } from "../src/config/load.ts";
import { connect, launchEngine } from "../src/engine/client.ts";
import {
  countRollouts,
  steps as listSteps,
  type RunDatabase,
  RunDirectory,
  stepMetrics,
} from "../src/runs/index.ts";

const { values: options } = parseArgs({
  options: {
    preset: { type: "string", default: "smollm2" },
    steps: { type: "string", default: "3" },
    set: { type: "string", multiple: true, default: [] },
    json: { type: "boolean", default: false },
  },
});

const PHASES = ["propose", "validate", "solve", "grade", "update", "checkpoint"] as const;

interface StepSpeed {
  step: number;
  seconds: number;
  phases: Record<(typeof PHASES)[number], number>;
  /** Seconds in which the model drew samples, and in which it learnt. */
  generating: number;
  updating: number;
  /** Share of the step that is neither. */
  exposed: number;
  /** Seconds from the end of the step before to its begin: what the commit and old checkpoints cost. */
  between: number;
  generationTokensPerSecond: number;
  updateTokensPerSecond: number;
  rolloutsPerSecond: number;
}

function beganAfter(database: RunDatabase, step: number): number {
  const records = listSteps(database);
  const [before, own] = [step - 1, step].map((wanted) => records.find((record) => record.step === wanted));
  return before && own ? (own.startedAt - before.finishedAt) / 1000 : 0;
}

function stepSpeed(run: RunDirectory, step: number): StepSpeed {
  using database = run.openDatabase({ readonly: true });
  const figures = stepMetrics(database, step);
  const figure = (name: string) => figures[name] ?? 0;
  const seconds = figure("seconds/step");
  return {
    step,
    seconds,
    phases: Object.fromEntries(PHASES.map((phase) => [phase, figure(`seconds/${phase}`)])) as Record<
      (typeof PHASES)[number],
      number
    >,
    generating: figure("generation/seconds"),
    updating: figure("seconds/update"),
    exposed: figure("overlap/exposed"),
    between: beganAfter(database, step),
    generationTokensPerSecond: figure("generation/tokens_per_second"),
    updateTokensPerSecond: figure("update/tokens_per_second"),
    rolloutsPerSecond: countRollouts(database, { step }) / seconds,
  };
}

const folder = mkdtempSync(join(tmpdir(), "azr-bench-"));
const steps = Number(options.steps);
const speeds: StepSpeed[] = [];
try {
  const config = loadConfig({ preset: options.preset, set: [`steps=${steps}`, ...options.set] });
  const run = RunDirectory.create(join(folder, "self-play"), config);
  await launchEngine(run.path);
  using client = await connect(run.path);
  for await (const message of client) {
    if (message.kind === "step") {
      speeds.push(stepSpeed(run, message.step));
      console.error(`step ${message.step} of ${steps}: ${speeds.at(-1)?.seconds.toFixed(1)} s`);
    }
    if (message.kind !== "ended") continue;
    if (message.exitCode !== 0) throw new Error(message.reason);
    break;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const machine = { cpu: cpus()[0]?.model, cores: cpus().length, loadAverage: loadavg()[0] };
if (options.json) console.log(JSON.stringify({ machine, preset: options.preset, steps: speeds }, null, 2));
else {
  const table = new Table({
    head: ["step", "s", ...PHASES, "not hidden", "between", "generate tok/s", "update tok/s", "rollouts/s"],
    style: { head: [], border: [] },
  });
  for (const speed of speeds)
    table.push([
      speed.step,
      speed.seconds.toFixed(1),
      ...PHASES.map((phase) => speed.phases[phase].toFixed(2)),
      `${(100 * speed.exposed).toFixed(1)}%`,
      speed.between.toFixed(3),
      speed.generationTokensPerSecond.toFixed(0),
      speed.updateTokensPerSecond.toFixed(0),
      speed.rolloutsPerSecond.toFixed(2),
    ]);
  console.log(table.toString());
  console.error(JSON.stringify(machine));
}
