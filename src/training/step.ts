import { evaluate, MxArray, mx, scope, valueAndGrad } from "../mlx/index.ts";
import type { Microbatch } from "./batcher.ts";
import type { Loss } from "./losses/loss.ts";
import type { Parameters } from "./optimizer.ts";
import { recompute } from "./recompute.ts";
import { type OutputHead, tokenLogProbabilities } from "./token-log-probabilities.ts";
import type { TrainableParameters } from "./trainable.ts";

/** A stage of the model that turns states [B, T, D] into states, and the trained parameters that it reads. */
export interface Stage {
  parameters: TrainableParameters;
  forward(states: MxArray): MxArray;
}

/** A language model as a training pass sees it. Attention is causal, so padding at the right changes nothing. */
export interface TrainedModel {
  parameters: TrainableParameters;
  /** tokens [B, T] -> [B, T, D]. */
  embed(tokens: MxArray): MxArray;
  layers: readonly Stage[];
  /** Final norm and output projection; works on the states that predict response tokens alone, [M, D]. */
  head: OutputHead;
}

export interface PassResult {
  /** Gradient of every trained parameter, evaluated: the caller's to free. */
  gradients: Parameters;
  /** Share of the batch's `loss` and metrics; passes of a batch add up. */
  figures: Record<string, number>;
}

/**
 * Loss and gradients of one microbatch. The behaviour log-probabilities are those of this very pass, since a
 * batch is used for one update: the probability ratio is exactly 1 and its gradient that of the log-probability.
 */
export function forwardBackward(
  model: TrainedModel,
  microbatch: Microbatch,
  loss: Loss,
  options: { recomputeLayers: boolean },
): PassResult {
  return scope(() => {
    const tokens = MxArray.from(microbatch.tokens, microbatch.shape);
    const [positions, targets] = [MxArray.from(microbatch.positions), MxArray.from(microbatch.targets)];
    const weights = MxArray.from(microbatch.weights);
    const advantages = MxArray.from(microbatch.advantages);
    const sampled = MxArray.from(microbatch.sampled);
    let names: string[] = [];
    const objective = (values: Parameters): [MxArray, ...MxArray[]] =>
      model.parameters.with(Object.values(values), () => {
        const states = hiddenStates(model, tokens, options.recomputeLayers);
        const flat = mx.reshape(states, [-1, states.shape[2] ?? 0]);
        const { logProbabilities, entropy } = tokenLogProbabilities(
          model.head,
          mx.take(flat, positions, 0),
          targets,
        );
        const behaviour = mx.stopGradient(logProbabilities);
        const { loss: value, metrics } = loss({
          logProbabilities,
          entropy,
          behaviour,
          advantages,
          weights,
        });
        const gap = mx.sum(mx.multiply(weights, mx.abs(mx.subtract(behaviour, sampled))));
        names = [...Object.keys(metrics), "sampler_gap"];
        return [value, ...Object.values(metrics), gap];
      });
    const { value, aux, gradient } = valueAndGrad(objective)(model.parameters.values);
    evaluate(value, aux, gradient);
    const figures = Object.fromEntries(names.map((name, i) => [name, aux[i]?.item() ?? Number.NaN]));
    return { gradients: gradient, figures: { loss: value.item(), ...figures } };
  });
}

/** The states after the last layer, [B, T, D]. */
function hiddenStates(model: TrainedModel, tokens: MxArray, recomputeLayers: boolean): MxArray {
  return model.layers.reduce(
    (states, layer) =>
      recomputeLayers
        ? (recompute(layer.parameters, [states] as const, (x) => [layer.forward(x)])[0] as MxArray)
        : layer.forward(states),
    model.embed(tokens),
  );
}
