import { expect, test } from "bun:test";
import { changesFrom, checkDraft } from "../../src/config/draft.ts";
import { loadConfig, parseYaml } from "../../src/config/load.ts";
import { presetNames } from "../../src/config/preset.ts";
import { valueAt } from "../../src/config/setting-value.ts";
import { configFields } from "../../src/config/shape.ts";
import { readValue, writtenValue } from "../../src/config/written-value.ts";

const fieldAt = (path: string) => {
  const field = configFields().find((one) => one.path === path);
  if (!field) throw new Error(`no field ${path}`);
  return field;
};

test.each(presetNames().map((name) => [name]))(
  "a draft of %s alone is the preset, setting by setting",
  (preset) => {
    const { config, issues, fields, at } = checkDraft({ preset, changes: {} });
    expect(issues).toEqual([]);
    expect(config).toEqual(loadConfig({ preset }));
    for (const field of fields) expect(at(field).value).toEqual(valueAt(config, field.path));
  },
);

test("a change is laid over the preset, and says so", () => {
  const { config, at } = checkDraft({
    preset: "smollm2",
    changes: { "training.optimizer.weight_decay": 0.5 },
  });
  expect(config?.training.optimizer.weight_decay).toBe(0.5);
  expect(at(fieldAt("training.optimizer.weight_decay"))).toEqual({ value: 0.5, from: "changed" });
  expect(at(fieldAt("model.quantize")).from).toBe("default");
});

test("a variant brings its own settings; those of another wait until it is chosen again", () => {
  const changes = { "adapter.rank": 4 };
  const paths = (type: string) =>
    checkDraft({ preset: null, changes: { ...changes, "adapter.type": type } })
      .fields.map(({ path }) => path)
      .filter((path) => path.startsWith("adapter."));
  expect(paths("full")).toEqual(["adapter.type", "adapter.init"]);
  expect(paths("lora")).toContain("adapter.rank");
  const full = checkDraft({ preset: null, changes: { ...changes, "adapter.type": "full" } });
  expect(full.config?.adapter).toEqual({ type: "full" });
  const again = checkDraft({ preset: null, changes: { ...changes, "adapter.type": "lora" } });
  expect(again.config?.adapter).toMatchObject({ type: "lora", rank: 4 });
});

test("what is wrong is told at its setting, all of it at once", () => {
  const { config, issues } = checkDraft({
    preset: null,
    changes: {
      steps: 0,
      "selfplay.tasks": ["deduction", "nonsense"],
      "adapter.type": "lora",
      "adapter.rank": "x",
    },
  });
  expect(config).toBeNull();
  expect(issues.map(({ paths }) => paths)).toEqual([["steps"], ["adapter.rank"], ["selfplay.tasks"]]);
  expect(issues[0]?.message).toBe("steps: expected >=1, got 0.");
});

test("settings at odds are told at those that the refusal names", () => {
  const { issues } = checkDraft({ preset: null, changes: { "rewards.wrong": 2 } });
  expect(issues.map(({ paths }) => paths)).toEqual([["rewards.wrong"]]);
  const rates = { "training.optimizer.min_learning_rate": 1, "training.optimizer.learning_rate": 0.1 };
  expect(checkDraft({ preset: null, changes: rates }).issues[0]?.paths).toContain(
    "training.optimizer.min_learning_rate",
  );
});

test("a config written by hand becomes the changes from its preset, and back", () => {
  const whole = { ...loadConfig({ preset: "smollm2" }), steps: 77 };
  const over = { ...whole, adapter: { type: "full" as const }, model: { ...whole.model, quantize: "none" } };
  const changes = changesFrom("smollm2", parseYaml(JSON.stringify(over), "x.yaml"));
  expect(changes.steps).toBe(77);
  expect(changes["adapter.type"]).toBe("full");
  expect(Object.keys(changes).length).toBeLessThan(4);
  expect(checkDraft({ preset: "smollm2", changes }).config).toEqual(
    loadConfig({
      base: undefined,
      preset: "smollm2",
      set: ["steps=77", "adapter={type: full}", "model.quantize=none"],
    }),
  );
  expect(() => changesFrom("smollm2", parseYaml("steps: 5\nstepz: 3\n", "x.yaml"))).toThrow(
    'Unknown key "stepz" (x.yaml:2)',
  );
});

test("every setting's default is read back from what the form would show", () => {
  for (const field of configFields()) {
    const shown = writtenValue(field, field.default);
    expect(readValue(field, shown)).toEqual(field.default as never);
  }
});

test("what is typed becomes a value of the setting's kind", () => {
  expect(readValue(fieldAt("steps"), "12")).toBe(12);
  expect(readValue(fieldAt("steps"), "12x")).toBe("12x");
  expect(readValue(fieldAt("training.optimizer.learning_rate"), "1e-5")).toBe(1e-5);
  expect(readValue(fieldAt("selfplay.tasks"), "deduction, abduction")).toEqual(["deduction", "abduction"]);
  expect(readValue(fieldAt("selfplay.tasks"), "[deduction")).toBe("[deduction");
  expect(readValue(fieldAt("model.quantize"), "4")).toBe(4);
  expect(readValue(fieldAt("tracking.tensorboard"), "true")).toBe(true);
  expect(readValue(fieldAt("tracking.tensorboard"), "some/where")).toBe("some/where");
  expect(readValue(fieldAt("training.optimizer.betas"), "[0.9, 0.95]")).toEqual([0.9, 0.95]);
  expect(readValue(fieldAt("tracking.wandb.entity"), "")).toBeUndefined();
});
