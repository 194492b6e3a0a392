import type { Packing } from "../nn/quantized-linear.ts";
import { type ConversionOptions, convertModel } from "./conversion.ts";
import type { WrittenModel } from "./model-writer.ts";
import type { ResolvedModel } from "./resolve.ts";

/**
 * Packs the matrices of a model and writes it in mlx-lm's layout. What is packed in this way already is copied; what
 * is packed otherwise is expanded and packed again. Matrices whose rows the group size does not divide stay as they
 * are. As `convertModel` otherwise.
 */
export async function quantizeModel(
  source: ResolvedModel,
  { bits, groupSize, ...options }: ConversionOptions & Packing,
): Promise<WrittenModel> {
  return await convertModel(
    source,
    {
      label: `packing ${source.name} in ${bits} bits`,
      packing: (_module, own, columns) => (columns % groupSize === 0 ? { bits, groupSize } : own),
    },
    options,
  );
}
