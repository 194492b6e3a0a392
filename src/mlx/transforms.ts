import { MxArray } from "./array.ts";
import { compiles } from "./device.ts";
import { registerClosure, rethrowing } from "./ffi/closures.ts";
import { check, native } from "./ffi/library.ts";
import { handleList } from "./ffi/pointer.ts";
import { closeFrame, openFrame } from "./frame.ts";
import { madeList } from "./ops/call.ts";
import { arraysIn, withArrays } from "./tree.ts";

/** Computes every array in the values. Throws EngineError with MLX's message, out of memory included. */
export function evaluate(...values: unknown[]): void {
  const arrays = arraysIn(values);
  check(native().azr_eval(handleList(arrays.map(({ handle }) => handle)), arrays.length));
}

/** As `evaluate`, without waiting: reading an array waits for it. */
export function asyncEvaluate(...values: unknown[]): void {
  const arrays = arraysIn(values);
  check(native().azr_async_eval(handleList(arrays.map(({ handle }) => handle)), arrays.length));
}

/** Waits for all that was begun on this thread's default stream. */
export function synchronize(): void {
  check(native().azr_synchronize());
}

type Outputs = MxArray | readonly MxArray[];

/** What MLX calls: the closure in a scope of its own, with arrays for the handles. */
function closure(body: (inputs: MxArray[]) => Outputs): number {
  return registerClosure((handles, give) => {
    const frame = openFrame();
    try {
      const inputs = handles.map((handle) => new MxArray(handle));
      const outputs = body(inputs);
      give((outputs instanceof MxArray ? [outputs] : outputs).map(({ handle }) => handle));
    } finally {
      closeFrame(frame);
    }
  });
}

export interface ValueAndGradient<P, A extends readonly MxArray[]> {
  /** The scalar loss. */
  value: MxArray;
  /** What the function returned after the loss. */
  aux: A;
  /** The parameters' tree with a gradient in place of each array. */
  gradient: P;
}

/**
 * The function's value and its gradient with respect to every array in a nested tree of parameters. The
 * function returns the scalar loss, or the loss and further arrays through which no gradient flows. Arrays made
 * inside are freed; what it throws arrives unchanged. Throws RangeError for a loss that is no scalar.
 */
export function valueAndGrad<P, A extends readonly MxArray[]>(
  f: (parameters: P) => MxArray | readonly [MxArray, ...A],
): (parameters: P) => ValueAndGradient<P, A> {
  return (parameters) => {
    const leaves = arraysIn(parameters);
    let outputs = 1;
    const id = closure((inputs) => {
      const result = f(withArrays(parameters, inputs));
      const value = result instanceof MxArray ? result : result[0];
      if (value.ndim !== 0)
        throw new RangeError(`the loss is a scalar, and one of shape [${value.shape}] came`);
      outputs = result instanceof MxArray ? 1 : result.length;
      return result;
    });
    const list = handleList(leaves.map(({ handle }) => handle));
    const count = rethrowing(() => native().azr_value_and_grad(id, list, leaves.length));
    const [value, ...rest] = madeList(count);
    const aux = rest.slice(0, outputs - 1);
    return {
      value: value as MxArray,
      aux: aux as readonly MxArray[] as A,
      gradient: withArrays(parameters, rest.slice(outputs - 1)),
    };
  };
}

/**
 * The function with its intermediate arrays forgotten: the backward pass runs it again. Gradients flow to the
 * inputs alone, so whatever is trained must be passed as one, not captured.
 */
export function checkpoint(f: (...inputs: MxArray[]) => Outputs): (...inputs: MxArray[]) => MxArray[] {
  return (...inputs) => {
    const id = closure((arrays) => f(...arrays));
    const list = handleList(inputs.map(({ handle }) => handle));
    return madeList(rethrowing(() => native().azr_checkpoint(id, list, inputs.length)));
  };
}

/**
 * The function with its element-wise operations fused where the device gains by it (see `device.compiles`), and as it
 * is elsewhere. MLX traces it once for each set of dtypes and shapes, of dtypes and ranks when `shapeless`: what it
 * reads beside its inputs is fixed at that time. What is compiled stays for the life of the process, so compile
 * functions of a module, not closures of a call.
 */
export function compile<const I extends readonly MxArray[], const R extends readonly MxArray[]>(
  f: (...inputs: I) => R,
  { shapeless = false } = {},
): (...inputs: I) => R {
  let number: number | undefined;
  return (...inputs) => {
    if (!compiles()) return f(...inputs);
    number ??= check(
      native().azr_compile(
        closure((arrays) => f(...(arrays as readonly MxArray[] as I))),
        shapeless,
      ),
    );
    const compiled = number;
    const list = handleList(inputs.map(({ handle }) => handle));
    return madeList(
      rethrowing(() => native().azr_call_compiled(compiled, list, inputs.length)),
    ) as readonly MxArray[] as R;
  };
}
