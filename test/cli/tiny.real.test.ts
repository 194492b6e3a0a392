import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { RunDirectory, rolloutPage, stepMetrics } from "../../src/runs/index.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { run } from "./command-line.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const cwd = folder.path;

test("without a model named, tiny proposes and solves in its own prompts", async () => {
  const proposed = await run(["propose", "--model", "tiny", "--count", "16", "--json"], { cwd });
  expect(proposed.code, proposed.stderr).toBe(0);
  const tasks = JSON.parse(proposed.stdout) as { verdict: string; response: string }[];
  expect(tasks.every(({ response }) => response.startsWith("<code>def f("))).toBe(true);
  expect(tasks.filter(({ verdict }) => verdict === "ok").length).toBeGreaterThan(10);
  const pairs = ["--pair", "[1, 2] => 3", "--pair", "[4, 5] => 9", "--message", "sum the items"];
  const solved = await run(["solve", ...pairs, "--json"], { cwd });
  expect(solved.code, solved.stderr).toBe(0);
  expect(JSON.parse(solved.stdout)).toMatchObject({ verified: true, answer: "def f(a):\n    return sum(a)" });
  const asked = await run(["solve", ...pairs, "--strategies", "step-by-step"], { cwd });
  expect(asked.code).toBe(2);
  expect(asked.stderr).toContain("prompts of style tagged have no text for the strategy step-by-step");
}, 120_000);

test("the demo measures held-out programs and plays with the preset tiny", async () => {
  const small = [
    "evaluation.limit=8",
    "evaluation.every=1",
    "selfplay.proposals=4",
    "selfplay.tasks_per_step=4",
  ];
  const settings = small.flatMap((setting) => ["--set", setting]);
  const made = await run(["demo", "short", "--steps", "1", "--headless", ...settings], { cwd });
  expect(made.code, made.stdout + made.stderr).toBe(0);
  const directory = RunDirectory.open(join(cwd, "runs", "short"));
  expect(directory.config().model.source).toBe("tiny");
  using database = directory.openDatabase({ readonly: true });
  for (const step of [0, 1]) {
    expect(stepMetrics(database, step)).toMatchObject({ "evaluation/tiny-heldout/problems": 8 });
    expect(stepMetrics(database, step)["evaluation/tiny-heldout/abduction/pass@1"]).toBeGreaterThanOrEqual(0);
  }
  expect(stepMetrics(database, 1)["update/gradient_norm"]).toBeGreaterThan(0);
  expect(rolloutPage(database, {}, { limit: 1 })[0]?.prompt).toMatch(/^<[PS][DAI]>/);
}, 240_000);
