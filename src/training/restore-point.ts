import { dispose, type MxArray, shared } from "../mlx/index.ts";
import type { AdamW, AdamWState, Parameters } from "./optimizer.ts";
import type { TrainableParameters } from "./trainable.ts";

const EMPTY: AdamWState = { updates: 0, first: {}, second: {} };

/**
 * Weights and moments as they were when this was made. Costs memory only for what has changed since: arrays share
 * their data until then.
 */
export class RestorePoint implements Disposable {
  #weights: MxArray[];
  #state: AdamWState;

  constructor(
    private readonly parameters: TrainableParameters,
    private readonly optimizer: AdamW,
  ) {
    const { updates, first, second } = optimizer.state;
    this.#weights = shared(Object.values(parameters.values));
    this.#state = { updates, first: named(first), second: named(second) };
  }

  /** The optimizer's state of then; the arrays stay the restore point's. */
  get state(): Readonly<AdamWState> {
    return this.#state;
  }

  /** Runs `body` with the weights of then. */
  with<T>(body: () => T): T {
    return this.parameters.with(this.#weights, body);
  }

  /** Puts everything back. The restore point is spent. */
  restore(): void {
    const now = this.parameters.values;
    this.parameters.assign(this.#weights);
    dispose(now);
    this.optimizer.restore(this.#state);
    this.#weights = [];
    this.#state = EMPTY;
  }

  [Symbol.dispose](): void {
    dispose([this.#weights, this.#state.first, this.#state.second]);
    this.#weights = [];
    this.#state = EMPTY;
  }
}

function named(parameters: Readonly<Parameters>): Parameters {
  const copies = shared(Object.values(parameters));
  return Object.fromEntries(
    Object.keys(parameters).map((name, i): [string, MxArray] => [name, copies[i] as MxArray]),
  );
}
