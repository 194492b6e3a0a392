import type { MxArray, Operand } from "./array.ts";
import { type Dtype, dtypeCode } from "./dtype.ts";
import { native } from "./ffi/library.ts";
import { intList } from "./ffi/pointer.ts";
import { made, withOperands } from "./ops/call.ts";

/** Every draw takes its key: there is no hidden generator, so the same key gives the same numbers. */

/** A key [2], uint32, from an integer seed of up to 53 bits. */
export function key(seed: number): MxArray {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`a seed is an integer from 0, not ${seed}`);
  return made(native().azr_random_key(seed));
}

/** Independent keys [count, 2]. */
export function split(from: MxArray, count = 2): MxArray {
  return made(native().azr_random_split(from.handle, count));
}

interface Draw {
  key: MxArray;
  dtype?: Dtype;
}

/** Uniform in [low, high). */
export function uniform(
  shape: readonly number[],
  { key, low = 0, high = 1, dtype = "float32" }: Draw & { low?: Operand; high?: Operand },
): MxArray {
  return withOperands([low, high], (from, to) =>
    made(native().azr_random_uniform(intList(shape), shape.length, from, to, dtypeCode(dtype), key.handle)),
  );
}

/** Normal with this mean and standard deviation. */
export function normal(
  shape: readonly number[],
  { key, mean = 0, deviation = 1, dtype = "float32" }: Draw & { mean?: Operand; deviation?: Operand },
): MxArray {
  return withOperands([mean, deviation], (loc, scale) =>
    made(native().azr_random_normal(intList(shape), shape.length, dtypeCode(dtype), loc, scale, key.handle)),
  );
}

/** Uniform integers in [low, high). */
export function integers(
  shape: readonly number[],
  { key, low = 0, high, dtype = "int32" }: Draw & { low?: Operand; high: Operand },
): MxArray {
  return withOperands([low, high], (from, to) =>
    made(native().azr_random_randint(intList(shape), shape.length, from, to, dtypeCode(dtype), key.handle)),
  );
}

/** True with probability p. */
export function bernoulli(
  shape: readonly number[],
  { key, p = 0.5 }: { key: MxArray; p?: Operand },
): MxArray {
  return withOperands([p], (probability) =>
    made(native().azr_random_bernoulli(probability, intList(shape), shape.length, key.handle)),
  );
}

/** Standard Gumbel: adding it to logits and taking the argmax samples from their softmax. */
export function gumbel(shape: readonly number[], { key, dtype = "float32" }: Draw): MxArray {
  return made(native().azr_random_gumbel(intList(shape), shape.length, dtypeCode(dtype), key.handle));
}

/** One index from the softmax of the logits along the axis, uint32; that axis goes. */
export function categorical(logits: MxArray, { key, axis = -1 }: { key: MxArray; axis?: number }): MxArray {
  return made(native().azr_random_categorical(logits.handle, axis, key.handle));
}
