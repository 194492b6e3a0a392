import { ROLES, TASK_TYPES, type TaskType } from "../interfaces/role.ts";
import { type BestCheckpoint, bestCheckpoint } from "../runs/best-checkpoint.ts";
import type { RunDatabase } from "../runs/database.ts";
import { evaluations } from "../runs/queries/evaluations.ts";
import { metricSeries } from "../runs/queries/metrics.ts";
import { checkpoints } from "../runs/queries/steps.ts";
import { taskCounts } from "../runs/queries/task-counts.ts";
import type { EvaluationRecord } from "../runs/records.ts";
import type { RunDirectory } from "../runs/run-directory.ts";
import { type RunStatus, runStatus, stateWords } from "../runs/state.ts";
import { programName } from "./program-name.ts";
import { percent } from "./step-table.ts";
import { print, style } from "./terminal.ts";

/** A run in figures: how the curves moved, what is stored, how to go on. */
export interface RunSummaryFigures {
  status: RunStatus;
  /** Trained on given texts, not by self-play. */
  supervised: boolean;
  path: string;
  /** Of each type that the run plays: tasks in the buffer, and those that it gave up or did not take. */
  tasks: Record<string, { kept: number; evicted: number }>;
  /** Mean of a curve over its first and last steps (a quarter of the run each). */
  trends: { name: string; first: number; last: number; steps: number }[];
  checkpoints: { directory: string; bytes: number }[];
  /** Null where none is kept for the best value of a figure. */
  best: BestCheckpoint | null;
  evaluations: EvaluationRecord[];
  /** Median seconds of a step; null before the first. */
  secondsPerStep: number | null;
}

export function summarise(run: RunDirectory): RunSummaryFigures {
  using database = run.openDatabase({ readonly: true });
  const { selfplay, training } = run.config();
  const supervised = training.algorithm.type === "sft";
  const types = TASK_TYPES.filter((type) => !supervised && selfplay.tasks.includes(type));
  const counts = taskCounts(database);
  const count = (of: TaskType, which: "kept" | "evicted") =>
    counts.reduce((sum, row) => sum + (row.type === of ? row[which] : 0), 0);
  return {
    status: runStatus(database),
    supervised,
    path: run.path,
    tasks: Object.fromEntries(
      types.map((type) => [type, { kept: count(type, "kept"), evicted: count(type, "evicted") }]),
    ),
    trends: trends(database, supervised),
    checkpoints: checkpoints(database).map(({ directory, bytes }) => ({ directory, bytes })),
    best: bestCheckpoint(database),
    evaluations: evaluations(database),
    secondsPerStep: median(values(database, "seconds/step")),
  };
}

/** The summary on stdout, with the commands to go on with. */
export function printSummary(run: RunDirectory): void {
  const summary = summarise(run);
  const { status } = summary;
  print("");
  const reason = status.reason || `${status.step} steps`;
  print(`${style.bold(status.name)} ${stateWords(status.state, reason)}`);
  for (const line of summaryLines(summary)) print(`  ${line}`);
  print("Go on with");
  const commands = goingOn(summary);
  const width = Math.max(...commands.map(([command]) => command.length));
  for (const [command, what] of commands) print(`  ${command.padEnd(width)}  ${what}`);
}

export function summaryLines({
  status,
  supervised,
  path,
  tasks,
  trends,
  secondsPerStep,
  ...rest
}: RunSummaryFigures): string[] {
  const lines = [`${status.step} of ${status.totalSteps} steps in ${path}`];
  if (secondsPerStep !== null) lines.push(`${secondsPerStep.toFixed(1)} s per step (median)`);
  const counts = Object.entries(tasks).map(
    ([type, { kept, evicted }]) => `${kept} ${type}${evicted > 0 ? ` (${evicted} more given up)` : ""}`,
  );
  if (!supervised) lines.push(`tasks in the buffers: ${counts.join(", ")}`);
  for (const { name, first, last, steps } of trends) {
    const digits = name.endsWith("loss") ? 3 : 2;
    const show = /(reward|loss)$/.test(name) ? (value: number) => value.toFixed(digits) : percent;
    lines.push(steps > 1 ? `${name}: ${show(first)} -> ${show(last)}` : `${name}: ${show(last)}`);
  }
  for (const evaluation of rest.evaluations) {
    const score = evaluation.scores["pass@1"];
    lines.push(`${evaluation.benchmark} at step ${evaluation.step}: pass@1 ${percent(score)}`);
  }
  if (rest.checkpoints.length > 0) {
    lines.push(`checkpoints: ${rest.checkpoints.map(({ directory }) => directory).join(", ")}`);
  }
  if (rest.best) {
    const { step, metric, value } = rest.best;
    lines.push(`best: checkpoint-${step}, ${metric} ${Number(value.toPrecision(3))}`);
  }
  return lines;
}

/** Commands that lead on from a run, each with what it does. */
export function goingOn({
  status,
  supervised,
}: Pick<RunSummaryFigures, "status" | "supervised">): [string, string][] {
  const { name, step, totalSteps } = status;
  const azr = programName();
  const more = step < totalSteps ? "" : ` --num_steps ${2 * totalSteps}`;
  return [
    [
      `${azr} attach ${name}`,
      `its curves${supervised ? " and log" : ", tasks and rollouts"}; r there goes on with it`,
    ],
    [`${azr} train ${name} --resume${more}`, "more steps"],
    ...(step > 0 && supervised
      ? ([
          [`${azr} generate --model ${name} "..."`, "what it writes now"],
          [`${azr} train --preset smollm2 --adapter ${name}`, "self-play that starts from these weights"],
        ] as [string, string][])
      : []),
    ...(step > 0
      ? ([[`${azr} eval --model ${name}`, "azr-mini, the small benchmark, with the trained weights"]] as [
          string,
          string,
        ][])
      : []),
    [`${azr} runs show ${name}`, "this summary again"],
  ];
}

function trends(database: RunDatabase, supervised: boolean): RunSummaryFigures["trends"] {
  const names = supervised ? ["update/loss", "validation/loss"] : selfPlayCurves();
  return names.flatMap((name) => {
    const points = values(database, name);
    if (points.length === 0) return [];
    const part = Math.max(1, Math.floor(points.length / 4));
    return [
      { name, first: mean(points.slice(0, part)), last: mean(points.slice(-part)), steps: points.length },
    ];
  });
}

function selfPlayCurves(): string[] {
  return TASK_TYPES.flatMap((type) =>
    ROLES.flatMap((role) => [
      `${role}/${type}/reward`,
      role === "propose" ? `propose/${type}/validity` : `solve/${type}/solve_rate`,
    ]),
  );
}

function values(database: RunDatabase, name: string): number[] {
  return metricSeries(database, name).flatMap(({ step, value }) =>
    value === null || step === 0 ? [] : [value],
  );
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

function median(numbers: readonly number[]): number | null {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
