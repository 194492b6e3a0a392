import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { RunDirectory, rolloutPage, stepMetrics, taskPage } from "../../src/runs/index.ts";
import { metricEntry } from "../../src/runs/metric-names.ts";
import { run } from "../cli/command-line.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const cwd = folder.path;

/** Template and model tasks, an adaptive difficulty, two strategies and the supervised term, at seconds a step. */
const SETTINGS = [
  ...["selfplay.tasks=[deduction]", "selfplay.proposals=6", "selfplay.tasks_per_step=3"],
  ...["selfplay.proposer.type=mixed", "selfplay.proposer.share=0.7", "selfplay.curriculum.type=adaptive"],
  ...["selfplay.curriculum.start=0", "selfplay.curriculum.target=0.2", "selfplay.curriculum.rate=0.5"],
  ...["selfplay.strategies=[direct, chain-of-thought]", "selfplay.experience.coefficient=0.1"],
  ...["selfplay.propose.max_tokens=32", "selfplay.solve.max_tokens=40", "adapter.layers=1"],
  "evaluation=null",
].flatMap((setting) => ["--set", setting]);

function contents() {
  const directory = RunDirectory.open(join(cwd, "runs", "easy"));
  using database = directory.openDatabase({ readonly: true });
  const steps = [1, 2].map((step) =>
    Object.fromEntries(
      Object.entries(stepMetrics(database, step)).filter(
        ([name]) => !/^(seconds|memory|overlap|sandbox)\/|_per_second$|\/seconds$/.test(name),
      ),
    ),
  );
  return {
    steps,
    tasks: taskPage(database, {}, "oldest", { limit: 1000 }),
    rollouts: rolloutPage(database, {}, { limit: 1000 }),
  };
}

test("a curriculum run: templates, strategies, a supervised term; its last step again from a checkpoint is the same", async () => {
  const first = await run(
    ["train", "easy", "--preset", "smollm2", "--steps", "2", "--headless", ...SETTINGS],
    {
      cwd,
    },
  );
  expect(first.code, first.stderr).toBe(0);
  const whole = contents();
  const [one = {}, two = {}] = whole.steps;
  expect(one["curriculum/difficulty"]).toBe(0);
  // SmolLM2 gives the outputs of the easiest templates often enough for more than the target.
  const expected = Math.min(1, Math.max(0, 0.5 * ((one["curriculum/deduction/solve_rate"] ?? 0) - 0.2)));
  expect(two["curriculum/difficulty"]).toBeCloseTo(expected, 9);
  expect(whole.tasks.filter(({ origin }) => origin === "template").length).toBeGreaterThan(3);
  expect(new Set(whole.rollouts.map(({ strategy }) => strategy))).toEqual(
    new Set([null, "direct", "chain-of-thought"]),
  );
  expect(one["solve/deduction/strategy/direct/attempts"]).toBeGreaterThan(0);
  expect(one["experience/solutions"]).toBeGreaterThan(0);
  // The first step has nothing to look back on.
  expect(one["update/experience_loss"]).toBeUndefined();
  expect(two["update/experience_loss"]).toBeGreaterThan(0);
  expect(Object.keys(two).filter((name) => metricEntry(name) === null)).toEqual([]);

  const again = await run(["train", "easy", "--resume", "checkpoint-1", "--headless"], { cwd });
  expect(again.code, again.stderr).toBe(0);
  expect(contents()).toEqual(whole);
}, 600_000);
