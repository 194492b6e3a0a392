import { expect, test } from "bun:test";
import { ModelLoadError } from "../../src/errors/index.ts";
import { packingFor, parseQuantization, quantizationEntries } from "../../src/models/quantization.ts";

const parse = (config: Record<string, unknown>) => parseQuantization(config, "config.json");

test("defaults, overrides and modules left whole, as mlx-lm writes them, and back", () => {
  const quantization = {
    group_size: 64,
    bits: 4,
    mode: "affine",
    "model.layers.0.mlp.down_proj": { group_size: 32, bits: 6, mode: "affine" },
    lm_head: false,
  };
  for (const key of ["quantization", "quantization_config"]) {
    const parsed = parse({ [key]: quantization });
    if (!parsed) throw new Error("nothing was parsed");
    expect(packingFor(parsed, "model.layers.1.mlp.down_proj")).toEqual({ bits: 4, groupSize: 64 });
    expect(packingFor(parsed, "model.layers.0.mlp.down_proj")).toEqual({ bits: 6, groupSize: 32 });
    expect(packingFor(parsed, "lm_head")).toBeNull();
    expect(quantizationEntries(parsed)).toEqual({ quantization, quantization_config: quantization });
  }
  expect(parse({})).toBeNull();
  expect(parse({ quantization: null })).toBeNull();
  expect(parse({ quantization: { bits: 8 } })?.default).toEqual({ bits: 8, groupSize: 64 });
});

test.each([
  [{ quantization: { group_size: 32, bits: 4, mode: "mxfp4" } }, 'the mode "mxfp4"'],
  [
    { quantization: { bits: 4, lm_head: { bits: 4, mode: "nvfp4" } } },
    'quantization of lm_head: the mode "nvfp4"',
  ],
  [{ quantization: { group_size: 64, bits: 7 } }, "bits is 7"],
  [{ quantization: { group_size: 16, bits: 4 } }, "group_size is 16"],
  [{ quantization: { group_size: 64 } }, "bits is undefined"],
  [{ quantization: 4 }, "not an object"],
  [{ quantization_config: { quant_method: "gptq", bits: 4 } }, 'packed by "gptq"'],
])("%j is refused", (config, message) => {
  expect(() => parse(config)).toThrow(ModelLoadError);
  expect(() => parse(config)).toThrow(message);
});
