import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { bestCheckpoint, RunDirectory, rolloutPage, stepMetrics } from "../../src/runs/index.ts";
import { run, start } from "../cli/command-line.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

/** A real run small enough for seconds a step: two proposals of deduction, short answers, LoRA on one layer. */
const SMALL = [
  ...["selfplay.tasks=[deduction]", "selfplay.proposals=2", "selfplay.tasks_per_step=1"],
  ...["selfplay.estimation_samples=2", "selfplay.propose.max_tokens=32", "selfplay.solve.max_tokens=8"],
  ...["adapter.layers=1", "evaluation=null"],
].flatMap((setting) => ["--set", setting]);

const EVALUATED = [
  ...["evaluation.every=1", "evaluation.limit=2", "evaluation.max_tokens=8"],
  ...["checkpoints.best.metric=evaluation/humaneval/pass@1"],
].flatMap((setting) => ["--set", setting]);

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const cwd = folder.path;

test("train, resume with more steps, and refuse a run that is done or a place that is taken", async () => {
  const first = await run(["train", "small", "--preset", "smollm2", "--steps", "1", "--headless", ...SMALL], {
    cwd,
  });
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toMatch(/smollm2-135m \(llama, 30 layers\) loaded on \w+ in/);
  expect(first.stdout).toMatch(/^step 1 {2}update +\d+\.\d s {2}\d+ tokens/m);
  expect(first.stdout).toMatch(/^ {2}propose +deduction +2 +-?\d\.\d\d/m);
  expect(first.stdout).toContain("small finished: all 1 steps are done");

  const again = await run(["train", "small", "--preset", "smollm2", "--headless"], { cwd });
  expect(again.code).toBe(6);
  expect(again.stderr).toContain("exists already");
  const done = await run(["train", "small", "--resume", "--headless"], { cwd });
  expect(done.code).toBe(6);
  expect(done.stderr).toContain("has all of its 1 steps");

  const second = await run(
    ["train", "small", "--resume", "checkpoint-1", "--num_steps", "2", "--headless", ...EVALUATED],
    {
      cwd,
    },
  );
  expect(second.code, second.stderr).toBe(0);
  expect(second.stdout).toContain("small finished: all 2 steps are done");
  const directory = RunDirectory.open(join(cwd, "runs", "small"));
  using database = directory.openDatabase({ readonly: true });
  expect(rolloutPage(database, { step: 2, role: "propose" })).toHaveLength(2);
  expect(stepMetrics(database, 2)["update/gradient_norm"]).toBeNumber();
  expect(stepMetrics(database, 2)["evaluation/humaneval/problems"]).toBe(2);
  // Eight tokens solve nothing: of equal ones the first is the best.
  expect(bestCheckpoint(database)).toEqual({ step: 1, metric: "evaluation/humaneval/pass@1", value: 0 });
  expect(await Bun.file(join(directory.path, "logs", "evaluation_results.html")).text()).toContain(
    "humaneval of step 2",
  );
}, 300_000);

test("the trained weights answer and are scored; the score is stored with the run", async () => {
  const answer = await run(
    ["generate", "--model", "small", "--raw", "def f(x):", "--max-tokens", "4", "--json"],
    { cwd },
  );
  expect(answer.code, answer.stderr).toBe(0);
  const [sample] = JSON.parse(answer.stdout);
  expect(sample.tokens).toHaveLength(4);
  expect(sample.log_probabilities).toHaveLength(4);
  const checkpoint = join("runs", "small", "checkpoints", "checkpoint-2");
  const beside = ["--model", "smollm2-135m", "--adapter", checkpoint];
  const same = await run(
    ["generate", ...beside, "--prompt", "def f(x):", "--raw", "--max-tokens", "4", "--json"],
    {
      cwd,
    },
  );
  expect(same.code, same.stderr).toBe(0);
  expect(JSON.parse(same.stdout)).toEqual([sample]);
  const score = await run(["eval", "--model", "small", "--limit", "2", "--max-tokens", "8", "--json"], {
    cwd,
  });
  expect(score.code, score.stderr).toBe(0);
  expect(JSON.parse(score.stdout)).toMatchObject({ model: "small checkpoint-2", problems: 2, samples: 2 });
  expect(await Bun.file(join(cwd, "runs", "small", "logs", "evaluation_results.json")).json()).toEqual(
    JSON.parse(score.stdout),
  );
  const shown = JSON.parse((await run(["runs", "show", "small", "--json"], { cwd })).stdout);
  expect(shown.best).toMatchObject({ step: 1 });
  expect(shown.evaluations).toMatchObject([
    { benchmark: "azr-mini", step: 2, scores: { problems: 2 } },
    { benchmark: "humaneval", step: 2, scores: { problems: 2 } },
    { benchmark: "humaneval", step: 1, scores: { problems: 2 } },
  ]);
}, 300_000);

test("Ctrl-C ends a headless run in order, with a checkpoint of its last step", async () => {
  const child = start(["train", "endless", "--preset", "smollm2", "--steps", "500", "--headless", ...SMALL], {
    cwd,
  });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!/^step 1 of 500/m.test(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`ended before step 1:\n${text}${await new Response(child.stderr).text()}`);
    text += value;
  }
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  const shown = JSON.parse((await run(["runs", "show", "endless", "--json"], { cwd })).stdout);
  expect(shown.status.state).toBe("stopped");
  expect(shown.status.engine).toBeNull();
  expect(shown.checkpoints[0].directory).toBe(`checkpoint-${shown.status.step}`);
}, 300_000);

test("a model that does not exist and a configuration that cannot be leave nothing behind", async () => {
  const model = await run(
    ["train", "none", "--preset", "smollm2", "--model_name", "smolm2-135m", "--headless"],
    { cwd },
  );
  expect(model.code).toBe(3);
  expect(model.stderr).toContain("smollm2-135m");
  const backend = await run(["train", "none", "--set", "sandbox.backend=unsafe-local", "--headless"], {
    cwd,
  });
  expect(backend.code).toBe(4);
  expect(backend.stderr).toContain("--unsafe-local");
  expect((await run(["runs", "show", "none"], { cwd })).code).toBe(6);
}, 60_000);
