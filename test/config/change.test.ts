import { expect, test } from "bun:test";
import { checkChanges, configChanges, describeChange } from "../../src/config/change.ts";
import { loadConfig } from "../../src/config/load.ts";
import { ConfigError } from "../../src/errors/index.ts";

const began = loadConfig({
  preset: "smollm2",
  set: ["steps=20", "training.optimizer.learning_rate=1e-4", "selfplay.solve.temperature=0.5"],
});
const changed = (...set: string[]) => configChanges(began, loadConfig({ base: began, set }));

test("changes are found by path, with what was and what is", () => {
  expect(changed()).toEqual([]);
  const changes = changed(
    "training.optimizer.learning_rate=1e-5",
    "selfplay.solve.temperature=0.9",
    "steps=99",
  );
  expect(changes.map(describeChange)).toEqual([
    "steps: 20 -> 99",
    "selfplay.solve.temperature: 0.5 -> 0.9",
    "training.optimizer.learning_rate: 0.0001 -> 0.00001",
  ]);
  expect(() => checkChanges(changes)).not.toThrow();
});

test("what would make another run of it is refused with the reason", () => {
  const refused = [
    ["seed=8", "seed cannot become 8 in a run that began with 7: every random draw"],
    ["model.source=other", 'model.source cannot become "other"'],
    ["adapter.rank=8", "adapter.rank cannot become 8 in a run that began with 16"],
    ["adapter={type: full}", 'adapter.type cannot become "full"'],
    ["selfplay.tasks=[deduction]", "a type's seeds and buffer are made before the first step"],
    ["training.algorithm={type: grpo}", 'training.algorithm.type cannot become "grpo"'],
  ] as const;
  for (const [set, message] of refused) {
    expect(() => checkChanges(changed(set)), set).toThrow(ConfigError);
    expect(() => checkChanges(changed(set)), set).toThrow(message);
  }
});

test("a list that stays the same is no change, and one that differs is one change", () => {
  expect(changed("selfplay.tasks=[deduction, abduction, induction]")).toEqual([]);
  const [change, ...others] = changed("selfplay.forbidden_modules=[os]");
  expect([change?.path, change?.to, others]).toEqual(["selfplay.forbidden_modules", ["os"], []]);
});
