import { evaluate, MxArray, mx, scope, valueAndGrad } from "../mlx/index.ts";
import type { AttentionContext } from "../nn/attention.ts";
import type { RaggedLayout } from "../nn/ragged-attention.ts";
import type { Microbatch } from "./batcher.ts";
import { headLoss, type OutputHead } from "./head-loss.ts";
import type { Loss } from "./losses/loss.ts";
import type { Parameters } from "./optimizer.ts";
import { recompute } from "./recompute.ts";
import type { TrainableParameters } from "./trainable.ts";

/** A stage of the model that turns states [1, T, D] into states, and the trained parameters that it reads. */
export interface Stage {
  parameters: TrainableParameters;
  forward(states: MxArray, context: AttentionContext): MxArray;
}

/** A language model as a training pass sees it. */
export interface TrainedModel {
  parameters: TrainableParameters;
  /** tokens [1, T] -> [1, T, D]. */
  embed(tokens: MxArray, context: AttentionContext): MxArray;
  /** How the tokens of a ragged row see each other. The layout's arrays must outlive the pass. */
  context(layout: RaggedLayout): AttentionContext;
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

export interface PassOptions {
  recomputeLayers: boolean;
  /** The figures without the gradients, whose graph MLX then never computes: for validation. */
  valueOnly?: boolean;
}

/**
 * Loss and gradients of one microbatch. Without `behaviour` its log-probabilities are those of this very pass, as
 * where a batch is used for one update: the probability ratio is exactly 1 and its gradient that of the
 * log-probability.
 */
export function forwardBackward(
  model: TrainedModel,
  microbatch: Microbatch,
  loss: Loss,
  options: PassOptions,
): PassResult {
  return scope(() => {
    const row = layRow(model, microbatch);
    let names: string[] = [];
    const objective = (values: Parameters): [MxArray, ...MxArray[]] =>
      model.parameters.with(Object.values(values), () => {
        const hidden = predictingStates(model, row, options);
        const { surrogate, figures } = headLoss(model.head, hidden, microbatch, loss);
        names = Object.keys(figures);
        return [surrogate, ...Object.values(figures)];
      });
    const { aux, gradient } = valueAndGrad(objective)(model.parameters.values);
    const gradients = options.valueOnly ? {} : gradient;
    evaluate(aux, gradients);
    return {
      gradients,
      figures: Object.fromEntries(names.map((name, i) => [name, aux[i]?.item() ?? Number.NaN])),
    };
  });
}

/** A microbatch's row as the model takes it. */
export interface Row {
  /** [1, T]. */
  tokens: MxArray;
  context: AttentionContext;
  /** [M]. */
  predictors: MxArray;
}

export function layRow(
  model: TrainedModel,
  { tokens, positions, segments, trees, predictors }: Microbatch,
): Row {
  return {
    tokens: MxArray.from(tokens, [1, tokens.length]),
    context: model.context({
      positions: MxArray.from(positions),
      segments: MxArray.from(segments, [segments.length / 4, 4]),
      trees: MxArray.from(trees),
    }),
    predictors: MxArray.from(predictors),
  };
}

/** The states after the last layer that response tokens are predicted from, [M, D]. */
export function predictingStates(
  model: TrainedModel,
  { tokens, context, predictors }: Row,
  { recomputeLayers }: { recomputeLayers: boolean },
): MxArray {
  const states = model.layers.reduce(
    (states, layer) =>
      recomputeLayers
        ? (recompute(layer.parameters, [states] as const, (x) => [layer.forward(x, context)])[0] as MxArray)
        : layer.forward(states, context),
    model.embed(tokens, context),
  );
  return mx.take(mx.reshape(states, [tokens.shape[1] as number, -1]), predictors, 0);
}
