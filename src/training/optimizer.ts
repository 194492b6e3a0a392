import { compile, dispose, evaluate, keep, MxArray, mx, scope } from "../mlx/index.ts";

/** Arrays by parameter name, such as `model.layers.3.self_attn.q_proj.lora_a`. */
export type Parameters = Record<string, MxArray>;

export interface AdamWOptions {
  betas: readonly [number, number];
  epsilon: number;
  /** Decoupled: a share of the weight itself, times the learning rate, outside the moments. */
  weight_decay: number;
}

/** The moments of AdamW and how often they were updated: all that a resumed run needs. */
export interface AdamWState {
  updates: number;
  /** Running mean of the gradient and of its square, float32, in the parameters' shapes. */
  first: Parameters;
  second: Parameters;
}

/**
 * AdamW (arXiv 1711.05101, algorithm 2) with bias correction, in the order of operations of torch.optim.AdamW.
 * Moments and arithmetic are float32 whatever the parameters' type.
 */
export class AdamW implements Disposable {
  #state: AdamWState = { updates: 0, first: {}, second: {} };

  constructor(public options: AdamWOptions) {}

  get state(): Readonly<AdamWState> {
    return this.#state;
  }

  /** Takes over another state; the optimizer owns its arrays from now on. */
  restore(state: AdamWState): void {
    dispose([this.#state.first, this.#state.second]);
    this.#state = keep(state);
  }

  /**
   * One step: the new parameters, evaluated; null where one of them or of the moments would not be finite. The old
   * ones are left to their owner, and the moments change only once everything is computed, so a failure leaves the
   * optimizer as it was.
   */
  step(parameters: Parameters, gradients: Parameters, learningRate: number): Parameters | null {
    const updates = this.#state.updates + 1;
    const { betas, epsilon, weight_decay } = this.options;
    const [beta1, beta2] = betas;
    const factors: Eight<number> = [
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      Math.sqrt(1 - beta2 ** updates),
      epsilon,
      learningRate / (1 - beta1 ** updates),
      1 - learningRate * weight_decay,
    ];
    const next = scope(() => {
      const scalars = factors.map((factor) => MxArray.scalar(factor)) as Eight<MxArray>;
      const result = { parameters: {} as Parameters, first: {} as Parameters, second: {} as Parameters };
      for (const [name, parameter] of Object.entries(parameters)) {
        const given = gradients[name];
        if (!given) throw new RangeError(`no gradient for ${name}`);
        // A scope for each parameter: the intermediate values of all at once would take eleven times their size.
        const values = scope(() => {
          const zeros = mx.zeros(parameter.shape);
          const { [name]: first0 = zeros } = this.#state.first;
          const { [name]: second0 = zeros } = this.#state.second;
          const [stepped, first, second] = adamw(parameter, given, first0, second0, ...scalars);
          const finite = mx.min(mx.isfinite(mx.add(mx.astype(stepped, "float32"), second)));
          evaluate(stepped, first, second, finite);
          return finite.item() ? { stepped, first, second } : null;
        });
        if (!values) return null;
        result.parameters[name] = values.stepped;
        result.first[name] = values.first;
        result.second[name] = values.second;
      }
      return result;
    });
    if (!next) return null;
    this.restore({ updates, first: next.first, second: next.second });
    return next.parameters;
  }

  [Symbol.dispose](): void {
    this.restore({ updates: 0, first: {}, second: {} });
  }
}

/**
 * One parameter's step: -> its new value, in its own type, and its new moments. The scalars: beta 1, 1 - beta 1, beta 2,
 * 1 - beta 2, the root of the second moment's bias correction, epsilon, the step's size and what decay leaves.
 */
const adamw = compile(
  (
    parameter: MxArray,
    given: MxArray,
    oldFirst: MxArray,
    oldSecond: MxArray,
    ...[beta1, new1, beta2, new2, correction, epsilon, stepSize, decay]: Eight<MxArray>
  ) => {
    const gradient = mx.astype(given, "float32");
    const first = mx.add(mx.multiply(oldFirst, beta1), mx.multiply(gradient, new1));
    const second = mx.add(mx.multiply(oldSecond, beta2), mx.multiply(mx.square(gradient), new2));
    const denominator = mx.add(mx.divide(mx.sqrt(second), correction), epsilon);
    const decayed = mx.multiply(mx.astype(parameter, "float32"), decay);
    const stepped = mx.subtract(decayed, mx.multiply(mx.divide(first, denominator), stepSize));
    return [mx.astype(stepped, parameter.dtype), first, second];
  },
  { shapeless: true },
);
type Eight<T> = [T, T, T, T, T, T, T, T];
