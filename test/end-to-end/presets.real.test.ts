import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { RunDirectory, rolloutPage, stepMetrics, taskPage } from "../../src/runs/index.ts";
import { run } from "../cli/command-line.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { cacheBenchmark, cacheGpt2 } from "./hub-cache.ts";

/** Every preset from the command line to its end, at a size of seconds; models that would be fetched have stand-ins. */
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const cwd = folder.path;
const cache = join(cwd, "hub");
const env = { HF_HUB_CACHE: cache, HF_HUB_OFFLINE: "1" };
const SHORT = ["selfplay.propose.max_tokens=48", "selfplay.solve.max_tokens=16"];

const settings = (...all: string[]) => all.flatMap((setting) => ["--set", setting]);

async function train(...args: string[]) {
  const { code, stdout, stderr } = await run(["train", ...args, "--headless"], { cwd, env });
  expect(code, stdout + stderr).toBe(0);
  return stdout;
}

function contents(path: string) {
  const directory = RunDirectory.open(join(cwd, path));
  using database = directory.openDatabase({ readonly: true });
  return {
    config: directory.config(),
    steps: [0, 1, 2].map((step) => stepMetrics(database, step)),
    tasks: taskPage(database, {}, "oldest", { limit: 1000 }),
    rollouts: rolloutPage(database, {}, { limit: 1000 }),
  };
}

test("simple-azr: DistilGPT-2 by its old name, every weight, batches of 8, into outputs/; one gradient of all rewards", async () => {
  await cacheGpt2(cache, "distilbert/distilgpt2");
  await train("--preset", "simple-azr", "--num_steps", "1", ...settings(...SHORT));
  const { config, steps, rollouts } = contents("outputs");
  expect(config.model.source).toStartWith("distilbert/distilgpt2@");
  expect(config.adapter.type).toBe("full");
  expect(config.selfplay.buffer.capacity).toBe(1000);
  for (const type of ["deduction", "abduction", "induction"]) {
    expect(steps[1]?.[`propose/${type}/rollouts`]).toBe(8);
    expect(rollouts.some((rollout) => rollout.role === "solve" && rollout.type === type)).toBe(true);
  }
  expect(steps[1]).toMatchObject({ "update/updates": 1, "update/groups": 1, "update/learning_rate": 1e-5 });
  expect(steps[1]?.["update/gradient_norm"]).toBeGreaterThan(0);
  const taken = await run(["train", "--preset", "simple-azr", "--headless"], { cwd, env });
  expect(taken.code).toBe(6);
  expect(taken.stderr).toContain("outputs");
}, 300_000);

test("paper: full prompts, the table's rewards, and CRUXEval in both directions as validation", async () => {
  await cacheGpt2(cache, "distilbert/distilgpt2");
  cacheBenchmark(cache, "cruxeval-i", "cruxeval-org/cruxeval", "test.jsonl");
  const small = ["selfplay.proposals=2", "selfplay.tasks_per_step=2", "selfplay.seed_tasks=0"];
  const often = ["evaluation.every=1", "evaluation.max_tokens=8"];
  const options = ["--preset", "paper", "--model", "distilgpt2", "--steps", "1"];
  await train("paper", ...options, ...settings(...SHORT, ...small, ...often));
  const { steps, rollouts } = contents("runs/paper");
  expect(steps[1]).toMatchObject({
    "evaluation/cruxeval-i/problems": 1,
    "evaluation/cruxeval-o/problems": 1,
    "propose/induction/rollouts": 2,
    "update/groups": 6,
  });
  expect(rollouts[0]?.prompt).toContain("<think>");
  // What random weights write breaks the format, in both roles.
  expect(rollouts.every(({ reward, components }) => reward === -1 && components.format === -1)).toBe(true);
}, 300_000);

test("tutorial: a baseline for each type and role, two passes of PPO, verdicts and lengths by role and type", async () => {
  const small = ["selfplay.proposals=2", "selfplay.tasks_per_step=1", "selfplay.estimation_samples=2"];
  const narrow = ["adapter.layers=1", "selfplay.forbidden_modules=[os, string]"];
  const options = ["--preset", "tutorial", "--steps", "1", ...settings(...SHORT, ...small, ...narrow)];
  await train("tutorial", ...options);
  const { config, steps, tasks, rollouts } = contents("runs/tutorial");
  expect(config.selfplay.forbidden_modules).toEqual(["os", "string"]);
  expect(steps[1]).toMatchObject({ "update/groups": 6, "propose/deduction/rollouts": 2 });
  expect(steps[1]?.["propose/induction/response_tokens_max"]).toBeGreaterThan(0);
  const verdicts = rollouts.filter(({ role, type }) => role === "propose" && type === "deduction");
  for (const { verdict } of verdicts)
    expect(steps[1]?.[`propose/deduction/verdict/${verdict}`]).toBeGreaterThan(0);
  expect(tasks.filter(({ origin }) => origin === "seed")).toHaveLength(3);
}, 300_000);

test("curriculum: templates, four strategies in turn, PPO with KL; scored by train --eval-only from checkpoint-final", async () => {
  const small = ["selfplay.prompt=compact", "selfplay.tasks=[deduction]", "selfplay.estimation_samples=1"];
  const quick = ["adapter.layers=1", "training.algorithm.epochs=1", "selfplay.tasks_per_step=1"];
  const options = ["--preset", "curriculum", "--model_name", "smollm2-135m", "--num_steps", "1"];
  await train("curriculum", ...options, ...settings(...SHORT, ...small, ...quick));
  const { config, steps, tasks, rollouts } = contents("runs/curriculum");
  expect(config.model.quantize).toBe(4);
  expect(steps[1]).toMatchObject({ "curriculum/difficulty": 0.1, "propose/deduction/templates": 2 });
  for (const figure of ["update/kl", "experience/solutions", "update/ratio_clipped"])
    expect(steps[1]?.[figure], figure).toBeGreaterThanOrEqual(0);
  expect(tasks.filter(({ origin }) => origin === "template")).toHaveLength(2);
  const wrong = rollouts.filter(({ role, verdict }) => role === "solve" && verdict !== "ok");
  expect(wrong.length).toBeGreaterThan(0);
  const tried = new Set<string | null>(rollouts.map(({ strategy }) => strategy));
  expect(tried).toEqual(new Set(config.selfplay.strategies));

  const limits = settings("evaluation.limit=1", "evaluation.max_tokens=4");
  const final = ["train", "curriculum", "--eval-only", "--resume", "checkpoint-final"];
  const score = await run([...final, "--benchmark", "humaneval", ...limits, "--json"], { cwd, env });
  expect(score.code, score.stderr).toBe(0);
  expect(JSON.parse(score.stdout)).toMatchObject({
    model: "curriculum checkpoint-1",
    benchmark: "humaneval",
    problems: 1,
  });
  expect(await Bun.file(join(cwd, "runs", "curriculum", "logs", "evaluation_results.json")).exists()).toBe(
    true,
  );

  const place = join("runs", "curriculum", "checkpoints", "checkpoint-final");
  const prompt = "Write a Python function that returns the factorial of a number.";
  const answer = await run(["generate", prompt, "--model", place, "--max-tokens", "4", "--json"], {
    cwd,
    env,
  });
  expect(answer.code, answer.stderr).toBe(0);
  expect(JSON.parse(answer.stdout)[0].tokens).toHaveLength(4);
}, 300_000);

test("minazr: problems with answers, paid by the table, KL to the start, GSM8K before and after", async () => {
  cacheBenchmark(cache, "gsm8k", "openai/gsm8k", "main/test-00000-of-00001.parquet");
  const small = ["selfplay.prompt=compact", "selfplay.proposals=3", "selfplay.tasks_per_step=2"];
  const quick = ["adapter.layers=1", "evaluation.max_tokens=8", "evaluation.limit=1"];
  const options = ["--preset", "minazr", "--model", "smollm2-135m", "--steps", "1"];
  await train("minazr", ...options, ...settings(...SHORT, ...small, ...quick));
  const { steps, rollouts } = contents("runs/minazr");
  for (const step of [0, 1]) expect(steps[step]?.["evaluation/gsm8k/problems"]).toBe(1);
  expect(steps[1]).toMatchObject({ "propose/mathematics/rollouts": 3, "update/groups": 2 });
  expect(rollouts.every(({ type }) => type === "mathematics")).toBe(true);
  for (const { reward, verdict } of rollouts) {
    expect([10, 1, 0, -10]).toContain(reward);
    if (verdict === "ok") expect(reward).toBe(10);
  }
}, 300_000);
