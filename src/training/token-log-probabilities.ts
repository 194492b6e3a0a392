import { evaluate, MxArray, mx, scope } from "../mlx/index.ts";
import type { Microbatch } from "./batcher.ts";
import { chunkOf } from "./head-loss.ts";
import { layRow, predictingStates, type TrainedModel } from "./step.ts";

/**
 * log pi of each response token under the model as it stands, [M], by the forward path of training: the same row,
 * kernels and temperature, and no gradient.
 */
export function tokenLogProbabilities(model: TrainedModel, microbatch: Microbatch): Float32Array {
  return scope(() => {
    const hidden = predictingStates(model, layRow(model, microbatch), { recomputeLayers: false });
    evaluate(hidden);
    const [tokens, width] = hidden.shape as [number, number];
    const found = new Float32Array(tokens);
    const chunk = chunkOf(model.head);
    for (let start = 0; start < tokens; start += chunk) {
      const end = Math.min(start + chunk, tokens);
      const part = scope(() => {
        const { logProbability } = mx.fast.logProbabilityAndEntropy(
          mx.astype(model.head.logits(mx.slice(hidden, [start, 0], [end, width])), "float32"),
          MxArray.from(microbatch.targets.subarray(start, end)),
          MxArray.from(microbatch.inverseTemperatures.subarray(start, end)),
        );
        return logProbability.toFloat32();
      });
      found.set(part, start);
    }
    return found;
  });
}
