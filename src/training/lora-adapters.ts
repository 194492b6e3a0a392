import type { Config } from "../config/schema.ts";
import { ConfigError } from "../errors/index.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { LoRALinear } from "../nn/lora.ts";
import type { Projection } from "../nn/projection.ts";
import { deriveSeed } from "../random/stream.ts";
import type { Adaptation, AdaptOptions } from "./adapted-model.ts";
import type { Slot } from "./trainable.ts";

interface Attached {
  /** Path of the projection in the model: `model.layers.3.self_attn.q_proj`. */
  path: string;
  lora: LoRALinear;
  attach(): void;
  detach(): void;
}

/**
 * Puts a LoRA adapter over the chosen projections of the last `layers` layers. Raises ConfigError where a model
 * has none of the targets, or not as many layers, or where the rank is more than a projection can have.
 */
export function adaptByLora(
  model: LanguageModel,
  settings: Extract<Config["adapter"], { type: "lora" }>,
  { seed }: AdaptOptions,
): Adaptation {
  const { rank, alpha, dropout, targets } = settings;
  const options = { rank, scale: alpha / rank, dropout };
  const count = model.layers.length;
  if (settings.layers > count)
    throw new ConfigError(`adapter.layers: ${settings.layers} of the model's ${count} layers`, {
      mend: `Adapt at most ${count} layers; -1 adapts all.`,
    });
  const adapted = settings.layers === -1 ? count : settings.layers;
  const chosen = model.layers.slice(count - adapted).flatMap(({ projections, path: layer }) =>
    Object.entries(projections)
      .filter(([key]) => isTarget(key, targets))
      .map(([key, base]) => ({ projections, key, base, path: `${layer}.${key}` })),
  );
  if (chosen.length === 0)
    throw new ConfigError(`adapter: no layer has any of ${targets.join(", ")}`, {
      mend: "Adapt at least one layer, and name projections that the model has.",
    });
  for (const { base, path } of chosen) refuseRank(rank, base, path);
  const attached = chosen.map(({ projections, key, base, path }): Attached => {
    const lora = new LoRALinear(base, options, deriveSeed(seed, "lora", path));
    const attach = () => {
      projections[key] = lora;
    };
    const detach = () => {
      projections[key] = base;
    };
    attach();
    return { path, lora, attach, detach };
  });
  const keys = new Set(attached.map(({ path }) => path.split(".").slice(3).join(".")));
  return {
    slots: attached.flatMap(slots),
    adapter: {
      fine_tune_type: "lora",
      num_layers: adapted,
      lora_parameters: { ...options, keys: [...keys] },
    },
    setDropout: (value) => {
      for (const { path, lora } of attached) lora.setDropout(value === null ? null : deriveSeed(value, path));
    },
    asLoaded: (body) => {
      for (const { detach } of attached) detach();
      try {
        return body();
      } finally {
        for (const { attach } of attached) attach();
      }
    },
    [Symbol.dispose]: () => {
      for (const { lora, detach } of attached) {
        detach();
        lora[Symbol.dispose]();
      }
    },
  };
}

/** A product of two matrices has at most the rank of the matrix that it changes. */
function refuseRank(rank: number, { inputs, outputs }: Projection, path: string): void {
  const most = Math.min(inputs, outputs);
  if (rank > most)
    throw new ConfigError(`adapter.rank: ${rank}, and ${path} is of ${inputs} by ${outputs}`, {
      mend: `Set adapter.rank to ${most} or less (8 to 64 is usual), or train all weights: adapter.type=full.`,
    });
}

/** Whether a projection, such as `self_attn.q_proj`, is named by its last word, or all are. */
function isTarget(key: string, targets: readonly string[]): boolean {
  return targets.includes("all") || targets.includes(key.split(".").at(-1) ?? "");
}

/** mlx-lm's names of an adapter's two arrays. */
function slots({ path, lora }: Attached): Slot[] {
  return [
    {
      name: `${path}.lora_a`,
      get: () => lora.loraA,
      set: (array) => {
        lora.loraA = array;
      },
    },
    {
      name: `${path}.lora_b`,
      get: () => lora.loraB,
      set: (array) => {
        lora.loraB = array;
      },
    },
  ];
}
