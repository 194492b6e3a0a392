import { afterAll, beforeAll } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { type Config, type ConfigInput, ConfigSchema } from "../../src/config/schema.ts";
import type { StepCommit } from "../../src/runs/commit.ts";
import { newTask } from "../../src/runs/new-task.ts";
import type { RolloutRecord, TaskRecord } from "../../src/runs/records.ts";

/** A folder of its own, removed at the end of the block that holds it. */
export function temporaryFolder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "azr-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Folders of a test file, by name, removed after its tests. */
export function folders(): (name: string) => string {
  let root = "";
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "azr-test-"));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return (name) => {
    const path = join(root, name);
    mkdirSync(path);
    return path;
  };
}

export function makeConfig(input: ConfigInput = {}): Config {
  return v.parse(ConfigSchema, input);
}

export function makeTask(id: number, fields: Partial<TaskRecord> = {}): TaskRecord {
  return newTask({
    id,
    type: "deduction",
    origin: "proposed",
    step: 1,
    program: `def f(x):\n    return x + ${id}`,
    inputs: ["1"],
    outputs: [String(1 + id)],
    learnability: 0.5,
    ...fields,
  });
}

export function makeRollout(fields: Partial<RolloutRecord> = {}): Omit<RolloutRecord, "id"> {
  return {
    step: 1,
    role: "solve",
    type: "deduction",
    taskId: 1,
    group: "1/solve/deduction/1",
    prompt: "What is f(1)?",
    response: "2",
    answer: "2",
    verdict: "ok",
    detail: "",
    flags: [],
    programKey: null,
    reward: 1,
    components: { right: 1 },
    advantage: 0.5,
    promptTokens: 5,
    responseTokens: 1,
    logProbability: -0.5,
    finish: "end",
    strategy: "direct",
    ...fields,
  };
}

export function makeCommit(step: number, fields: Partial<StepCommit> = {}): StepCommit {
  return {
    step,
    startedAt: 1000 * step,
    finishedAt: 1000 * step + 900,
    metrics: { "reward/solve": step / 10 },
    tasks: [makeTask(step, { step })],
    taskUpdates: [],
    rollouts: [makeRollout({ step, taskId: step })],
    keepCheckpoints: 3,
    ...fields,
  };
}
