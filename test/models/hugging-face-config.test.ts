import { expect, test } from "bun:test";
import {
  directoryConfig,
  forOtherReaders,
  toHuggingFaceConfig,
} from "../../src/models/hugging-face-config.ts";
import { conformance, VARIANTS } from "./conformance-model.ts";

const read = (json: Record<string, unknown>) => directoryConfig(json, "m/config.json");
const { config: llama } = conformance("llama");
const { config: gpt2 } = conformance("gpt2");

test("older and newer spellings of one model are one model", () => {
  const [older, newer] = ["llama3-older", "llama3-newer"].map((variant) => read(conformance(variant).config));
  expect(older?.rope?.scaling).toEqual({
    type: "llama3",
    factor: 8,
    lowFrequencyFactor: 1,
    highFrequencyFactor: 4,
    originalContext: 32,
  });
  expect(JSON.stringify(newer?.rope?.scaling)).toBe(JSON.stringify(older?.rope?.scaling));
  expect([older?.rope?.base, newer?.rope?.base]).toEqual([10_000, 500_000]);
});

test.each(VARIANTS.filter((variant) => !variant.startsWith("gpt2")))(
  "%s: what is written reads the same",
  (variant) => {
    const config = read(conformance(variant).config);
    expect(read(toHuggingFaceConfig(config))).toEqual(config);
  },
);

test("what is written for others names rope as mlx-lm reads it, and GPT-2's context", () => {
  const { config: newer } = conformance("llama3-newer");
  const written = forOtherReaders(newer, read(newer));
  expect([written.rope_theta, written.rope_scaling]).toEqual([
    500_000,
    {
      rope_type: "llama3",
      factor: 8,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 32,
    },
  ]);
  expect(read(written)).toEqual(read(newer));
  expect(forOtherReaders(llama, read(llama))).toEqual(llama);
  expect(forOtherReaders(gpt2, read(gpt2)).n_ctx).toBe(64);
});

test("a sliding window bounds the context where it is in use", () => {
  const context = (changes: Record<string, unknown>) => read({ ...llama, ...changes }).contextLength;
  expect(context({ model_type: "mistral", sliding_window: 32 })).toBe(32);
  expect(context({ model_type: "mistral", sliding_window: null })).toBe(64);
  expect(context({ model_type: "qwen2", sliding_window: 32 })).toBe(64);
  expect(context({ model_type: "qwen2", sliding_window: 32, use_sliding_window: true })).toBe(32);
});

test.each([
  [{ ...llama, hidden_act: "gelu" }, 'field hidden_act: expected "silu", got "gelu"'],
  [{ ...llama, rope_scaling: { rope_type: "yarn", factor: 4 } }, 'rope scaling "yarn" is not supported'],
  [{ ...llama, rope_scaling: { type: "linear" } }, "needs a factor above 0, got undefined"],
  [{ ...llama, partial_rotary_factor: 0.5 }, "field partial_rotary_factor: expected"],
  [
    { ...llama, rope_parameters: { rope_type: "default", partial_rotary_factor: 0.5 } },
    "field rope_parameters.partial_rotary_factor: expected 1, got 0.5",
  ],
  [{ ...llama, num_attention_heads: 5 }, "5 heads do not divide a width of 32"],
  [{ ...gpt2, n_head: 3 }, "3 heads do not divide a width of 32"],
  [{ ...llama, rms_norm_eps: -1 }, "field rms_norm_eps: expected >0, got -1"],
  [{ ...llama, rope_theta: 0 }, "field rope_theta: expected >0, got 0"],
  [{ ...gpt2, layer_norm_epsilon: 0 }, "field layer_norm_epsilon: expected >0, got 0"],
  [{ ...llama, hidden_size: undefined }, "field hidden_size: expected number, got undefined"],
  [{ ...gpt2, activation_function: "relu" }, "field activation_function: expected"],
  [
    { ...gpt2, scale_attn_by_inverse_layer_idx: true },
    "field scale_attn_by_inverse_layer_idx: expected false",
  ],
])("what is not supported is named (%#)", (json, message) => {
  expect(() => read(json)).toThrow(message);
});
