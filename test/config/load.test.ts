import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig, readPreset } from "../../src/config/load.ts";
import { presetNames, presets } from "../../src/config/preset.ts";
import { configFields, keysAt } from "../../src/config/shape.ts";
import { ConfigError } from "../../src/errors/index.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let files = 0;

function file(text: string): string {
  const path = join(folder.path, `run-${files++}.yaml`);
  writeFileSync(path, text);
  return path;
}

function message(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error("expected a ConfigError");
}

test("defaults, preset, file and assignments lie over each other in that order", () => {
  expect(loadConfig().selfplay.references).toBe(6);
  expect(loadConfig({ preset: "smollm2" }).selfplay.prompt).toBe("compact");
  const path = file("selfplay: { references: 4, proposals: 5 }\n");
  const config = loadConfig({ preset: "smollm2", file: path, set: ["selfplay.references=3", "seed=11"] });
  expect(config.selfplay.references).toBe(3);
  expect(config.selfplay.proposals).toBe(5);
  expect(config.selfplay.prompt).toBe("compact");
  expect(config.seed).toBe(11);
});

test("every shipped preset is valid", () => {
  expect(presetNames()).toContain("smollm2");
  for (const preset of presetNames()) expect(loadConfig({ preset }).steps).toBeGreaterThan(0);
});

test("an unknown key names file, line and the nearest valid key", () => {
  const path = file("seed: 1\ntraining:\n  optimizer:\n    learning_rat: 1e-5\n");
  const text = message(() => loadConfig({ file: path }));
  expect(text).toContain('"training.optimizer.learning_rat"');
  expect(text).toContain(`${path}:4`);
  expect(text).toContain('Did you mean "training.optimizer.learning_rate"?');
});

test("a key of another variant says whose it is, instead of being suggested in place of itself", () => {
  const text = (...set: string[]) => message(() => loadConfig({ set }));
  expect(text("training.algorithm={type: reinforce, epochs: 3}")).toContain(
    '"training.algorithm.epochs" (--set training.algorithm={type: reinforce, epochs: 3}) belongs to training.algorithm.type trr++, grpo, ppo, sft alone.',
  );
  expect(text("adapter={type: full}", "adapter.rank=4")).toContain("belongs to adapter.type lora alone");
  expect(text("selfplay.curriculum.target=0.4")).toContain(
    "belongs to selfplay.curriculum.type adaptive alone",
  );
  expect(text("training.algorithm={type: reinforce, epoch: 3}")).toContain(
    'Did you mean "training.algorithm.epochs"?',
  );
});

test("a wrong type and a value out of range say what was expected and what came", () => {
  expect(message(() => loadConfig({ set: ["steps=ten"] }))).toContain(
    'steps (--set steps=ten): expected number, got "ten"',
  );
  expect(message(() => loadConfig({ set: ["selfplay.propose.top_p=1.5"] }))).toContain(
    "expected <=1, got 1.5",
  );
  expect(message(() => loadConfig({ set: ["model.device=tpu"] }))).toContain('"auto" | "cpu" | "gpu"');
});

test("an assignment without a value, an unknown preset, a missing file and broken YAML are ConfigErrors", () => {
  expect(message(() => loadConfig({ set: ["steps"] }))).toContain("key=value");
  expect(message(() => loadConfig({ preset: "papr" }))).toContain("papr");
  expect(message(() => loadConfig({ file: "/nonexistent/run.yaml" }))).toContain("/nonexistent/run.yaml");
  expect(message(() => loadConfig({ file: file("a: [1\n") }))).toContain("is not YAML");
  expect(message(() => loadConfig({ file: file("- 1\n") }))).toContain("mapping");
});

test("impossible combinations are named", () => {
  expect(message(() => loadConfig({ set: ["selfplay.tasks=[abduction, abduction]"] }))).toContain("twice");
  const template = ["selfplay.proposer.type=template", "selfplay.tasks=[deduction, mathematics]"];
  expect(message(() => loadConfig({ set: template }))).toContain("tasks, not mathematics");
  expect(loadConfig({ set: ["selfplay.proposer.type=mixed", ...template.slice(1)] }).steps).toBeGreaterThan(
    0,
  );
});

test("null puts a key back to its default, of a preset, a section or a run that goes on, and no other", () => {
  const tiny = loadConfig({ preset: "tiny" });
  expect(tiny.rewards.repeat).toBe(-0.5);
  const set = ["rewards.repeat=null", "rewards.novelty=", "selfplay.solve.max_tokens=null"];
  for (const source of [{ preset: "tiny" }, { base: tiny }]) {
    const { rewards, selfplay } = loadConfig({ ...source, set });
    expect(rewards.repeat).toBeUndefined();
    expect(rewards.novelty).toEqual(loadConfig().rewards.novelty);
    expect(selfplay.solve).toEqual({
      ...tiny.selfplay.solve,
      max_tokens: loadConfig().selfplay.solve.max_tokens,
    });
  }
  expect(() => loadConfig({ set: ["selfplay.tasks_per_stp=null"] })).toThrow("tasks_per_stp");
});

test("changing a variant's type starts it afresh", () => {
  expect(loadConfig({ preset: "smollm2", set: ["adapter={type: full}"] }).adapter).toEqual({ type: "full" });
});

test("every field has help, and fields of variants say when they hold", () => {
  const fields = configFields();
  expect(fields.filter((field) => field.help === "").map((field) => field.path)).toEqual([]);
  const rank = fields.find((field) => field.path === "adapter.rank");
  expect(fields.filter((field) => field.path === "adapter.type")).toMatchObject([
    { type: "one of lora, full", default: "lora", when: "" },
  ]);
  expect(rank).toMatchObject({ type: "integer", range: ">= 1", default: 16, when: "adapter.type = lora" });
  expect(keysAt(["training", "optimizer"])).toContain("learning_rate");
});

test("every preset begins with a sentence about it, and --help's listing has them all", () => {
  expect(presets().map(({ name }) => name)).toEqual(presetNames());
  expect(presetNames()).toEqual(
    expect.arrayContaining(["curriculum", "minazr", "paper", "simple-azr", "smollm2", "tutorial"]),
  );
  for (const { name, about } of presets()) expect(about, name).toMatch(/^[A-Z].{30,170}[.]$/);
});

test("a preset may extend another: all is the other's but what it says itself", () => {
  const long = loadConfig({ preset: "tiny-long" });
  const over = ["steps=300", "training.optimizer.learning_rate=1.5e-4"];
  expect(long).toEqual(loadConfig({ preset: "tiny", set: over }));
  expect(long.steps).toBeGreaterThan(loadConfig({ preset: "tiny" }).steps);
  const { locate } = readPreset("tiny-long");
  expect(locate(["steps"])).toBe("presets/tiny-long.yaml:3");
  expect(locate(["selfplay", "proposals"])).toStartWith("presets/tiny.yaml:");
});

test("the presets hold what the systems that they are named after set", () => {
  const simple = loadConfig({ preset: "simple-azr" });
  expect(simple).toMatchObject({ steps: 500, output_dir: "outputs", model: { source: "distilgpt2" } });
  expect(simple.training).toMatchObject({
    algorithm: { type: "reinforce" },
    optimizer: { learning_rate: 1e-5 },
  });
  expect(simple.selfplay).toMatchObject({ proposals: 8, buffer: { capacity: 1000 } });
  // Everything that the model is asked stays within GPT-2's 1,024 tokens.
  const { max_prompt_tokens, propose, solve } = simple.selfplay;
  expect(max_prompt_tokens + Math.max(propose.max_tokens, solve.max_tokens)).toBeLessThanOrEqual(1024);

  const minazr = loadConfig({ preset: "minazr" });
  expect(minazr.rewards.table).toEqual({
    types: ["mathematics"],
    right: 10,
    unreadable: 1,
    wrong: 0,
    malformed: -10,
  });
  expect(minazr).toMatchObject({ steps: 10, evaluation: { start: true, end: true, benchmarks: ["gsm8k"] } });
  expect(minazr.selfplay).toMatchObject({ proposals: 64, tasks_per_step: 64 });
  expect(minazr.training.algorithm).toMatchObject({
    type: "grpo",
    baseline: "batch",
    kl: { coefficient: 0.1 },
  });

  const curriculum = loadConfig({ preset: "curriculum" });
  expect(curriculum.model).toMatchObject({ source: "Qwen/Qwen1.5-4B", quantize: 4 });
  expect(curriculum.selfplay).toMatchObject({
    proposer: { type: "template" },
    curriculum: { type: "adaptive" },
    strategies: ["direct", "step-by-step", "test-driven", "chain-of-thought"],
    proposals: 2,
  });
  expect(curriculum.selfplay.experience.coefficient).toBeGreaterThan(0);
  expect(curriculum.training.algorithm).toMatchObject({ type: "ppo", kl: { coefficient: 0.1 } });

  const tutorial = loadConfig({ preset: "tutorial" });
  expect(tutorial.training.algorithm).toMatchObject({ type: "trr++", epochs: 2, clip: 0.2 });
  expect(tutorial.rewards).toMatchObject({ learnability: "paper", wrong: -0.5, malformed: -1 });
  expect(tutorial.selfplay.forbidden_modules).toEqual(expect.arrayContaining(["os", "sys", "shutil"]));

  const paper = loadConfig({ preset: "paper" });
  expect(paper.evaluation).toMatchObject({ every: 10, benchmarks: ["cruxeval-i", "cruxeval-o"] });
  expect(paper.selfplay).toMatchObject({
    proposals: 64,
    references: 6,
    seed_tasks: 256,
    induction_inputs: 10,
  });
});

test("packed weights cannot be trained whole", () => {
  const quantized = ["model.quantize=4", "adapter={type: full}"];
  expect(message(() => loadConfig({ set: quantized }))).toContain("model.quantize 4 packs the weights");
});

test("single keys of a section belong to its default type", () => {
  const { adapter, training } = loadConfig({ set: ["adapter.rank=4", "training.algorithm.clip=0.1"] });
  expect(adapter).toMatchObject({ type: "lora", rank: 4, alpha: 32 });
  expect(training.algorithm).toMatchObject({ type: "trr++", clip: 0.1, entropy: 0.001 });
});
