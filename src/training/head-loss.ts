import { MxArray, mx, valueAndGrad } from "../mlx/index.ts";
import type { Microbatch } from "./batcher.ts";
import type { Loss } from "./losses/loss.ts";
import type { Parameters } from "./optimizer.ts";
import type { TrainableParameters } from "./trainable.ts";

/** Elements of logits that exist at once: 64 MiB in float32, and as much again for their gradient. */
const CHUNK_ELEMENTS = 2 ** 24;

/** Tokens whose logits exist at once. */
export const chunkOf = ({ vocabularySize }: OutputHead): number =>
  Math.max(1, Math.floor(CHUNK_ELEMENTS / vocabularySize));

export interface OutputHead {
  /** hidden [M, D] -> logits [M, V]. */
  logits(hidden: MxArray): MxArray;
  vocabularySize: number;
  /** The trainable parameters that `logits` reads; none under LoRA. */
  parameters: TrainableParameters;
}

export interface HeadLoss {
  /** Scalar with the gradient of the loss, though not its value. */
  surrogate: MxArray;
  /** `loss`, the loss's metrics and `sampler_gap`: scalars without a gradient. */
  figures: Record<string, MxArray>;
}

/** What is differentiated in a chunk: the states that come in and the head's own parameters. */
interface Inputs {
  hidden: MxArray;
  parameters: Parameters;
}

/**
 * The loss of the states that predict the microbatch's targets, hidden [M, D]. Works through the tokens in chunks and
 * takes each chunk's gradient at once, so that no more than a chunk of the logits [M, V] exists and none is computed
 * twice. What flows back from all chunks, g, goes on as the gradient of sum(hidden g) with g constant.
 */
export function headLoss(head: OutputHead, hidden: MxArray, microbatch: Microbatch, loss: Loss): HeadLoss {
  const [tokens, width] = hidden.shape as [number, number];
  const chunk = chunkOf(head);
  const own = head.parameters.values;
  const frozen = mx.stopGradient(hidden);
  const constants = Object.fromEntries(
    Object.entries(own).map(([name, array]): [string, MxArray] => [name, mx.stopGradient(array)]),
  );
  const figures: Record<string, MxArray> = {};
  const flowing: MxArray[] = [];
  let parameterGradients: Parameters = {};
  for (let start = 0; start < tokens; start += chunk) {
    const end = Math.min(start + chunk, tokens);
    let names: string[] = [];
    const { value, aux, gradient } = valueAndGrad((inputs: Inputs): [MxArray, ...MxArray[]] => {
      const found = head.parameters.with(Object.values(inputs.parameters), () =>
        chunkLoss(head, inputs.hidden, microbatch, [start, end], loss),
      );
      names = Object.keys(found.metrics);
      return [found.loss, ...Object.values(found.metrics)];
    })({ hidden: mx.slice(frozen, [start, 0], [end, width]), parameters: constants });
    flowing.push(gradient.hidden);
    parameterGradients = sum(parameterGradients, gradient.parameters);
    const named = [["loss", value] as const, ...names.map((name, i) => [name, aux[i] as MxArray] as const)];
    Object.assign(figures, sum(figures, Object.fromEntries(named)));
  }
  const carried = (array: MxArray, gradient: MxArray) =>
    mx.sum(mx.multiply(array, mx.stopGradient(gradient)));
  const terms = [
    carried(hidden, mx.concatenate(flowing, 0)),
    ...Object.entries(own).map(([name, array]) => carried(array, parameterGradients[name] as MxArray)),
  ];
  return {
    surrogate: terms.reduce((total, term) => mx.add(total, term)),
    figures: Object.fromEntries(
      Object.entries(figures).map(([name, figure]) => [name, mx.stopGradient(figure)]),
    ),
  };
}

function chunkLoss(
  head: OutputHead,
  hidden: MxArray,
  microbatch: Microbatch,
  [start, end]: readonly [number, number],
  loss: Loss,
): { loss: MxArray; metrics: Record<string, MxArray> } {
  const of = (values: Int32Array | Float32Array) => MxArray.from(values.subarray(start, end));
  const weights = of(microbatch.weights);
  const { logProbability, entropy } = mx.fast.logProbabilityAndEntropy(
    mx.astype(head.logits(hidden), "float32"),
    of(microbatch.targets),
    of(microbatch.inverseTemperatures),
  );
  const behaviour = microbatch.behaviour ? of(microbatch.behaviour) : mx.stopGradient(logProbability);
  const { loss: value, metrics } = loss({
    logProbabilities: logProbability,
    entropy,
    behaviour,
    ...(microbatch.reference ? { reference: of(microbatch.reference) } : {}),
    advantages: of(microbatch.advantages),
    weights,
  });
  const gap = mx.sum(mx.multiply(weights, mx.abs(mx.subtract(behaviour, of(microbatch.sampled)))));
  return { loss: value, metrics: { ...metrics, sampler_gap: gap } };
}

/** Name by name; a name that the first lacks counts as 0. */
function sum(left: Parameters, right: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(right).map(([name, array]): [string, MxArray] => {
      const other = left[name];
      return [name, other ? mx.add(other, array) : array];
    }),
  );
}
