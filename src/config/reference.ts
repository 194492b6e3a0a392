import type { Config } from "./schema.ts";

/** Whether the divergence from the model as it was loaded is learnt from or measured. */
export function needsReference({ algorithm, measure_kl }: Config["training"]): boolean {
  return measure_kl > 0 || (algorithm.type !== "sft" && algorithm.kl.coefficient > 0);
}
