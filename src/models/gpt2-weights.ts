import { keep, type MxArray, mx, scope } from "../mlx/index.ts";

/** Modules that transformers writes as Conv1D, [inputs, outputs]. */
const CONV1D = /\.(attn\.c_attn|attn\.c_proj|mlp\.c_fc|mlp\.c_proj)\.weight$/;

/**
 * GPT-2's tensors under mlx-lm's names (`model.h.0.attn.c_attn`), matrices [outputs, inputs]. Files of transformers,
 * with and without the prefix `transformer.`, hold them the other way round; files of mlx-lm are taken as they are.
 * Takes over the arrays.
 */
export function fromGpt2Names(tensors: Map<string, MxArray>): Map<string, MxArray> {
  const renamed = new Map<string, MxArray>();
  for (const [name, array] of tensors) {
    if (name.startsWith("model.") || name.startsWith("lm_head.")) {
      renamed.set(name, array);
      continue;
    }
    const target = `model.${name.replace(/^transformer\./, "")}`;
    if (CONV1D.test(target) && array.ndim === 2) {
      renamed.set(target, keep(scope(() => mx.transpose(array))));
      array.dispose();
    } else renamed.set(target, array);
  }
  return renamed;
}
