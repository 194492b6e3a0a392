import * as v from "valibot";
import { ModelLoadError } from "../errors/index.ts";
import type { Packing } from "../nn/quantized-linear.ts";

/** What MLX packs: bits of a weight, and weights that share a scale and a bias. */
export const PACKED_BITS = [2, 3, 4, 5, 6, 8] as const;
export const GROUP_SIZES = [32, 64, 128] as const;

/** How the modules of a model are packed, as mlx-lm writes it into config.json. */
export interface Quantization {
  /** Of every module that is not named below. */
  default: Packing;
  /** Modules packed otherwise; null for those left whole. */
  modules: ReadonlyMap<string, Packing | null>;
}

const PackingEntry = v.looseObject({
  bits: v.picklist(PACKED_BITS),
  group_size: v.optional(v.picklist(GROUP_SIZES), 64),
  mode: v.optional(v.string()),
});

/**
 * The `quantization` of a config.json (or its twin `quantization_config`): defaults, and overrides by module, such
 * as `"model.layers.0.mlp.down_proj": {"bits": 6, "group_size": 64}` or `false`. Null where the model is not
 * quantized. Throws ModelLoadError for packings that are not affine, naming them.
 */
export function parseQuantization(
  config: Readonly<Record<string, unknown>>,
  path: string,
): Quantization | null {
  const entry = config.quantization ?? config.quantization_config ?? null;
  if (entry === null) return null;
  if (!isObject(entry)) throw refusal(path, "quantization is not an object");
  if (config.quantization === undefined && entry.quant_method !== undefined) {
    throw refusal(path, `the weights are packed by ${JSON.stringify(entry.quant_method)}`);
  }
  const modules = new Map<string, Packing | null>();
  for (const [module, value] of Object.entries(entry)) {
    if (value === false) modules.set(module, null);
    else if (isObject(value)) modules.set(module, packingOf(value, `${path}: quantization of ${module}`));
  }
  return { default: packingOf(entry, `${path}: quantization`), modules };
}

/** How a module is packed; null where it is left whole. */
export function packingFor(quantization: Quantization, module: string): Packing | null {
  const own = quantization.modules.get(module);
  return own === undefined ? quantization.default : own;
}

/** What mlx-lm reads back: both spellings, modules only where they differ from the default. */
export function quantizationEntries({ default: common, modules }: Quantization): Record<string, unknown> {
  const entry = ({ bits, groupSize }: Packing) => ({ group_size: groupSize, bits, mode: "affine" });
  const own = [...modules].map(([module, packing]) => [module, packing === null ? false : entry(packing)]);
  const quantization = { ...entry(common), ...Object.fromEntries(own) };
  return { quantization, quantization_config: quantization };
}

function packingOf(entry: Readonly<Record<string, unknown>>, place: string): Packing {
  const mode = entry.mode ?? "affine";
  if (mode !== "affine") throw refusal(place, `the mode ${JSON.stringify(mode)}`);
  const parsed = v.safeParse(PackingEntry, entry);
  if (parsed.success) return { bits: parsed.output.bits, groupSize: parsed.output.group_size };
  const [issue] = parsed.issues;
  throw refusal(place, `${v.getDotPath(issue)} is ${issue.received}`);
}

function refusal(place: string, reason: string): ModelLoadError {
  return new ModelLoadError(`${place}: ${reason}, which cannot be read.`, {
    mend: `Take weights in float32, float16 or bfloat16, or packed affinely as mlx-lm does: bits ${PACKED_BITS.join(", ")}, groups of ${GROUP_SIZES.join(", ")}.`,
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
