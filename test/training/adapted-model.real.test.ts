import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { type Config, ConfigSchema } from "../../src/config/schema.ts";
import { ConfigError, ModelLoadError } from "../../src/errors/index.ts";
import type { Trajectory } from "../../src/interfaces/trajectory.ts";
import { dispose, liveArrays, loadSafetensors } from "../../src/mlx/index.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { adapt } from "../../src/training/adapted-model.ts";
import { microbatches } from "../../src/training/batcher.ts";
import { createLearner } from "../../src/training/learner.ts";
import { clippedPolicyGradient } from "../../src/training/losses/clipped-policy-gradient.ts";
import { regularised } from "../../src/training/losses/regularised.ts";
import { forwardBackward } from "../../src/training/step.ts";
import { withMlx } from "../mlx/live-arrays.ts";
import { folders } from "../runs/fixtures.ts";
import { smallLlama } from "./small-llama.ts";
import { randomTrajectories } from "./trajectories.ts";

const V = 97;
const resolved = v.parse(ConfigSchema, {});
type Lora = Extract<Config["adapter"], { type: "lora" }>;
const lora = (changes: Partial<Lora> = {}): Lora => ({
  ...(resolved.adapter as Lora),
  rank: 4,
  alpha: 8,
  ...changes,
});
const full: Config["adapter"] = { type: "full" };
const settings = (adapter: Config["adapter"], learning_rate: number) => ({
  adapter,
  training: {
    ...resolved.training,
    tokens_per_microbatch: 64,
    optimizer: { ...resolved.training.optimizer, learning_rate },
  },
  seed: 5,
});
const batch = (seed: number) => randomTrajectories(8, V, seed);
const probe = [[3, 1, 4, 1, 5, 9, 2, 6]];
withMlx();
const folder = folders();

/** Sum of log p over the response, from the model's own logits. */
function logProbability(model: LanguageModel, { promptTokens, responseTokens }: Trajectory): number {
  const { shape, data } = model.logits([[...promptTokens, ...responseTokens]]);
  const width = shape[2] as number;
  return responseTokens.reduce((sum, token, t) => {
    const at = (promptTokens.length - 1 + t) * width;
    const row = data.subarray(at, at + width);
    const most = Math.max(...row);
    const logZ = most + Math.log(row.reduce((total, x) => total + Math.exp(x - most), 0));
    return sum + (row[token] as number) - logZ;
  }, 0);
}

for (const [adapter, rate] of [
  [lora(), 0.01],
  [lora({ dropout: 0.1, layers: 1, targets: ["q_proj", "down_proj"] }), 0.01],
  [full, 0.002],
] as const)
  test(`updates make rewarded responses likelier and the others less likely (${JSON.stringify(adapter)})`, async () => {
    using model = smallLlama();
    using learner = createLearner(model, settings(adapter, rate));
    const trajectories = batch(1).map((t, i): Trajectory => ({ ...t, role: "solve", reward: i % 2 }));
    const before = trajectories.map((trajectory) => logProbability(model, trajectory));
    for (let step = 1; step <= 5; step++) {
      const { skipped } = await learner.update(trajectories, { step });
      expect(skipped).toBe(false);
    }
    const change = trajectories.map((t, i) => logProbability(model, t) - (before[i] as number));
    const mean = (reward: number) =>
      change.filter((_, i) => trajectories[i]?.reward === reward).reduce((a, b) => a + b) / 4;
    expect(mean(1)).toBeGreaterThan(0.5);
    expect(mean(0)).toBeLessThan(-0.5);
  });

test("an attached adapter changes nothing until it is trained, and leaves no trace when taken off", async () => {
  using model = smallLlama();
  const plain = model.logits(probe).data;
  const before = liveArrays();
  {
    using learner = createLearner(model, settings(lora(), 0.01));
    expect(model.logits(probe).data).toEqual(plain);
    await learner.update(batch(1), { step: 1 });
    expect(model.logits(probe).data).not.toEqual(plain);
  }
  expect(model.logits(probe).data).toEqual(plain);
  expect(liveArrays()).toBe(before);
});

test("recomputed layers give the same gradient in every adapter", () => {
  using model = smallLlama();
  using adapted = adapt(model, lora({ dropout: 0.2 }), { seed: 5, reference: false });
  adapted.setDropout(11);
  const [pass] = microbatches(batch(1), [1, -1, 0.5, 2, -2, 0.1, -0.4, 1], 1000);
  if (!pass) throw new Error("no pass");
  const loss = regularised(clippedPolicyGradient({ clip: 0.2 }), { entropy: 0.01 });
  const [kept, again] = [false, true].map((recomputeLayers) => {
    const { gradients } = forwardBackward(adapted, pass, loss, { recomputeLayers });
    const values = Object.entries(gradients).map(([name, a]) => [name, a.toFloat32()] as const);
    dispose(gradients);
    return new Map(values);
  });
  expect(kept?.size).toBe(2 * 7 * 2);
  for (const [name, expected] of kept ?? []) {
    const size = Math.max(...expected.map(Math.abs));
    // B begins at 0, so A's gradient is 0 in the first pass; B's is not.
    if (name.endsWith("lora_b")) expect(size).toBeGreaterThan(1e-4);
    again?.get(name)?.forEach((slope, i) => {
      expect(Math.abs(slope - (expected[i] as number))).toBeLessThan(1e-5 * (1 + size));
    });
  }
});

test("resume is exact, dropout included", async () => {
  const adapter = lora({ dropout: 0.1 });
  const run = async (resume: boolean) => {
    using model = smallLlama();
    const first = createLearner(model, settings(adapter, 0.01));
    await first.update(batch(1), { step: 1 });
    if (!resume) {
      await first.update(batch(2), { step: 2 });
      const data = model.logits(probe).data;
      first[Symbol.dispose]();
      return data;
    }
    const saved = folder("exact");
    await first.save(saved);
    first[Symbol.dispose]();
    using second = createLearner(model, settings(adapter, 0.01));
    await second.restore(saved);
    await second.update(batch(2), { step: 2 });
    return model.logits(probe).data;
  };
  expect(await run(true)).toEqual(await run(false));
});

test("adapters are saved under mlx-lm's names, in its layout", async () => {
  using model = smallLlama();
  using learner = createLearner(
    model,
    settings(lora({ layers: 1, targets: ["q_proj", "up_proj"], dropout: 0.25 }), 0.01),
  );
  await learner.update(batch(1), { step: 1 });
  const saved = folder("layout");
  await learner.save(saved);
  expect(JSON.parse(readFileSync(join(saved, "adapter_config.json"), "utf8"))).toEqual({
    fine_tune_type: "lora",
    num_layers: 1,
    lora_parameters: { rank: 4, scale: 2, dropout: 0.25, keys: ["self_attn.q_proj", "mlp.up_proj"] },
  });
  const { tensors } = loadSafetensors(join(saved, "adapters.safetensors"));
  expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual({
    "model.layers.1.self_attn.q_proj.lora_a": [64, 4],
    "model.layers.1.self_attn.q_proj.lora_b": [4, 64],
    "model.layers.1.mlp.up_proj.lora_a": [64, 4],
    "model.layers.1.mlp.up_proj.lora_b": [4, 128],
  });
  dispose(tensors);
});

test("full weights come back exactly, in Hugging Face's names and layout", async () => {
  const saved = folder("full");
  let expected: Float32Array;
  {
    using model = smallLlama();
    using learner = createLearner(model, settings(full, 0.002));
    await learner.update(batch(1), { step: 1 });
    await learner.save(saved);
    await learner.update(batch(2), { step: 2 });
    expected = model.logits(probe).data;
  }
  using model = smallLlama();
  using learner = createLearner(model, settings(full, 0.002));
  await learner.restore(saved);
  await learner.update(batch(2), { step: 2 });
  expect(model.logits(probe).data).toEqual(expected);
  const { tensors } = loadSafetensors(join(saved, "adapters.safetensors"));
  expect(tensors.get("model.layers.0.mlp.up_proj.weight")?.shape).toEqual([128, 64]);
  expect(tensors.size).toBe(2 + 2 * 9);
  dispose(tensors);
});

test("live arrays stay flat over 20 updates of adapters", async () => {
  using model = smallLlama();
  using learner = createLearner(model, settings(lora({ dropout: 0.1 }), 0.001));
  const counts = new Set<number>();
  for (let step = 1; step <= 20; step++) {
    await learner.update(batch(step), { step });
    counts.add(liveArrays());
  }
  expect(counts.size).toBe(1);
});

test("what does not fit is refused: another rank, and projections that the model lacks", async () => {
  using model = smallLlama();
  const saved = folder("rank");
  {
    using learner = createLearner(model, settings(lora({ rank: 8 }), 0.01));
    await learner.save(saved);
  }
  using learner = createLearner(model, settings(lora(), 0.01));
  await expect(learner.restore(saved)).rejects.toThrow(ModelLoadError);
  const refused = (changes: Partial<Lora>) =>
    expect(() => createLearner(model, settings(lora(changes), 0.01)));
  refused({ targets: [] }).toThrow(ConfigError);
  refused({ layers: 9 }).toThrow(`adapter.layers: 9 of the model's ${model.layers.length} layers`);
  refused({ rank: 500 }).toThrow("adapter.rank: 500, and model.layers.0.self_attn.");
});
