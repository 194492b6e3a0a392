import { ModelLoadError } from "../errors/index.ts";
import { dispose, initialise, type MxArray, mx } from "../mlx/index.ts";
import { loadAdapter } from "../nn/adapter-file.ts";
import { type ConversionOptions, convertModel } from "./conversion.ts";
import type { WrittenModel } from "./model-writer.ts";
import type { ResolvedModel } from "./resolve.ts";

export interface FuseOptions extends ConversionOptions {
  /** Directory with adapters.safetensors and adapter_config.json, as training or mlx-lm writes it. */
  adapter: string;
  /** Write whole weights; else what was packed is packed again as it was. */
  dequantize?: boolean;
}

/**
 * Puts an adapter into the weights that it was trained on: W + scale (A B)^T, computed in float32 and written in the
 * source's dtype. An adapter of whole weights replaces them. Throws ModelLoadError where adapter and model do not
 * belong together; as `convertModel` otherwise.
 */
export async function fuseAdapter(
  source: ResolvedModel,
  { adapter, dequantize = false, ...options }: FuseOptions,
): Promise<WrittenModel> {
  await initialise();
  const { config, parameters } = loadAdapter(adapter);
  const unused = new Set(parameters.keys());
  const take = (name: string, shape?: readonly (number | undefined)[]): MxArray | undefined => {
    const array = parameters.get(name);
    if (!array) return undefined;
    unused.delete(name);
    if (!shape || shape.every((extent, i) => extent === undefined || extent === array.shape[i])) return array;
    throw new ModelLoadError(
      `${adapter}: ${name} has shape [${array.shape}], which does not fit ${source.name}.`,
      {
        mend: "Name the model that the adapter was trained on.",
      },
    );
  };
  const replace = (name: string, current: () => MxArray): MxArray | undefined => {
    const whole = take(name);
    if (whole) return take(name, current().shape);
    const module = name.replace(/\.weight$/, "");
    if (!parameters.has(`${module}.lora_a`)) return undefined;
    const weight = current();
    const [outputs, inputs] = weight.shape;
    const a = take(`${module}.lora_a`, [inputs, undefined]);
    const b = take(`${module}.lora_b`, [a?.shape[1], outputs]);
    if (!a || !b) {
      throw new ModelLoadError(`${adapter} lacks ${module}.lora_b.`, { mend: "Take a whole adapter." });
    }
    const delta = mx.multiply(mx.transpose(mx.matmul(a, b)), config.lora_parameters.scale);
    return mx.add(mx.astype(weight, "float32"), delta);
  };
  try {
    return await convertModel(
      source,
      {
        label: `fusing ${source.name}`,
        packing: (_module, own) => (dequantize ? null : own),
        replace,
        check: () => {
          if (unused.size === 0) return;
          const [first] = unused;
          throw new ModelLoadError(
            `${adapter}: ${source.name} has no place for ${first} (${unused.size} in all).`,
            {
              mend: "Name the model that the adapter was trained on.",
            },
          );
        },
      },
      options,
    );
  } finally {
    dispose(parameters);
  }
}
