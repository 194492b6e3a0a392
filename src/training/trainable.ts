import { type MxArray, mx } from "../mlx/index.ts";
import type { Parameters } from "./optimizer.ts";

/** One array of a module that training may replace. */
export interface Slot {
  /** Path of the parameter in the model, such as `model.layers.3.self_attn.q_proj.lora_a`. */
  name: string;
  get(): MxArray;
  set(array: MxArray): void;
  /** The module keeps [inputs, outputs] what files hold as [outputs, inputs]. */
  transposed?: boolean;
}

const turned = (slot: Slot, array: MxArray) => (slot.transposed ? mx.contiguous(mx.transpose(array)) : array);

/** The weights of a model that are trained, where they sit. The modules own the arrays. */
export class TrainableParameters {
  constructor(readonly slots: readonly Slot[]) {}

  get values(): Parameters {
    return Object.fromEntries(this.slots.map((slot) => [slot.name, slot.get()]));
  }

  /** The parameters as files hold them; new arrays where the layout differs. */
  exported(): Parameters {
    return Object.fromEntries(this.slots.map((slot) => [slot.name, turned(slot, slot.get())]));
  }

  /** Arrays in the order of `slots`, from what `exported` gave. */
  imported(parameters: Readonly<Parameters>): MxArray[] {
    return this.slots.map((slot) => turned(slot, parameters[slot.name] as MxArray));
  }

  /** The parameters whose names begin with `prefix`. */
  under(prefix: string): TrainableParameters {
    return new TrainableParameters(this.slots.filter(({ name }) => name.startsWith(prefix)));
  }

  /** Puts arrays in the parameters' places, in the order of `slots`. What they replace is left as it is. */
  assign(arrays: readonly MxArray[]): void {
    this.slots.forEach((slot, i) => {
      slot.set(arrays[i] as MxArray);
    });
  }

  /** Runs `body` with other arrays in the parameters' places (such as those that are differentiated). */
  with<T>(arrays: readonly MxArray[], body: () => T): T {
    const own = this.slots.map((slot) => slot.get());
    this.assign(arrays);
    try {
      return body();
    } finally {
      this.assign(own);
    }
  }
}
