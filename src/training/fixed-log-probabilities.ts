import type { Trajectory } from "../interfaces/trajectory.ts";
import type { AdaptedModel } from "./adapted-model.ts";
import type { Microbatch } from "./batcher.ts";
import { tokenLogProbabilities } from "./token-log-probabilities.ts";

/**
 * Log-probabilities that stay while a batch is learnt from: for each trajectory of it those of its response tokens,
 * under the weights before the first update and under the reference. Null where nothing asks for them.
 */
export interface FixedLogProbabilities {
  behaviour: Float32Array[] | null;
  reference: Float32Array[] | null;
}

/**
 * What `wanted` names, of the trajectories in `passes`, with the weights as they are now and dropout off. `onPass` is
 * called after each pass, and may end the work by an exception.
 */
export async function fixLogProbabilities(
  model: AdaptedModel,
  batch: readonly Trajectory[],
  passes: readonly Microbatch[],
  wanted: { behaviour: boolean; reference: boolean },
  onPass: () => void,
): Promise<FixedLogProbabilities> {
  const behaviour: Float32Array[] = [];
  const reference: Float32Array[] = [];
  for (const pass of wanted.behaviour || wanted.reference ? passes : []) {
    const here = () => tokenLogProbabilities(model, pass);
    if (wanted.behaviour) scatter(pass, batch, here(), behaviour);
    if (wanted.reference && model.asLoaded) scatter(pass, batch, model.asLoaded(here), reference);
    onPass();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    behaviour: wanted.behaviour ? behaviour : null,
    reference: wanted.reference ? reference : null,
  };
}

/** Puts what a pass found, [M], in the places of its trajectories. */
function scatter(
  { members }: Microbatch,
  batch: readonly Trajectory[],
  values: Float32Array,
  into: Float32Array[],
): void {
  let begin = 0;
  for (const i of members) {
    const end = begin + (batch[i] as Trajectory).responseTokens.length;
    into[i] = values.slice(begin, end);
    begin = end;
  }
}

/** The microbatch with the fixed log-probabilities of its tokens. */
export function withFixed(pass: Microbatch, { behaviour, reference }: FixedLogProbabilities): Microbatch {
  const gather = (values: Float32Array[]) => {
    const all = new Float32Array(pass.targets.length);
    let at = 0;
    for (const i of pass.members) {
      const own = values[i] as Float32Array;
      all.set(own, at);
      at += own.length;
    }
    return all;
  };
  return {
    ...pass,
    ...(behaviour ? { behaviour: gather(behaviour) } : {}),
    ...(reference ? { reference: gather(reference) } : {}),
  };
}
