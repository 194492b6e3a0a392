import { dispose, evaluate, keep, type MxArray, mx, scope } from "../mlx/index.ts";

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

  constructor(readonly options: AdamWOptions) {}

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
    const [beta1, beta2] = this.options.betas;
    const stepSize = learningRate / (1 - beta1 ** updates);
    const secondCorrection = Math.sqrt(1 - beta2 ** updates);
    const next = scope(() => {
      const result = { parameters: {} as Parameters, first: {} as Parameters, second: {} as Parameters };
      for (const [name, parameter] of Object.entries(parameters)) {
        const given = gradients[name];
        if (!given) throw new RangeError(`no gradient for ${name}`);
        // A scope for each parameter: the intermediate values of all at once would take eleven times their size.
        const moved = scope(() => {
          const gradient = mx.astype(given, "float32");
          const first = blend(this.#state.first[name], gradient, beta1);
          const second = blend(this.#state.second[name], mx.square(gradient), beta2);
          const denominator = mx.add(mx.divide(mx.sqrt(second), secondCorrection), this.options.epsilon);
          const decayed = mx.multiply(
            mx.astype(parameter, "float32"),
            1 - learningRate * this.options.weight_decay,
          );
          const stepped = mx.subtract(decayed, mx.multiply(mx.divide(first, denominator), stepSize));
          const values = { stepped: mx.astype(stepped, parameter.dtype), first, second };
          const finite = mx.min(mx.isfinite(mx.add(mx.astype(values.stepped, "float32"), second)));
          evaluate(values, finite);
          return finite.item() ? values : null;
        });
        if (!moved) return null;
        result.parameters[name] = moved.stepped;
        result.first[name] = moved.first;
        result.second[name] = moved.second;
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

/** beta old + (1 - beta) new, with old = 0 before the first step. */
function blend(old: MxArray | undefined, value: MxArray, beta: number): MxArray {
  const share = mx.multiply(value, 1 - beta);
  return old ? mx.add(mx.multiply(old, beta), share) : share;
}
