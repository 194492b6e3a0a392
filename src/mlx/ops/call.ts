import { MxArray, type Operand } from "../array.ts";
import { type Dtype, dtypeCode, isFloating } from "../dtype.ts";
import { handle, native, takeResults } from "../ffi/library.ts";
import { type Handle, intList } from "../ffi/pointer.ts";
import type { BinaryName, ReduceName, UnaryName } from "../ffi/symbols.ts";

/** How the operations call the shim. */

/** The array of a result. Throws EngineError with MLX's message. */
export function made(result: Handle | bigint | null): MxArray {
  return new MxArray(handle(result));
}

/** The arrays of a function with several results. */
export function madeList(count: number): MxArray[] {
  return takeResults(count).map((each) => new MxArray(each));
}

/** The dtype that a number takes beside an array: the array's, unless that cannot hold it. */
function dtypeBeside(value: number, dtype: Dtype): Dtype {
  if (isFloating(dtype) || dtype === "complex64") return dtype;
  if (!Number.isInteger(value)) return "float32";
  return dtype === "bool" ? "int32" : dtype;
}

/** Calls `body` with the operands' handles; scalars made for numbers live for the call. */
export function withOperands(operands: readonly Operand[], body: (...handles: Handle[]) => MxArray): MxArray {
  const beside = operands.find((operand) => operand instanceof MxArray)?.dtype ?? "float32";
  const scalars: Handle[] = [];
  try {
    const handles = operands.map((operand) => {
      if (operand instanceof MxArray) return operand.handle;
      const code = dtypeCode(dtypeBeside(operand, beside));
      const scalar = handle(native().azr_array_scalar(operand, code));
      scalars.push(scalar);
      return scalar;
    });
    return body(...handles);
  } finally {
    for (const scalar of scalars) native().azr_array_free(scalar);
  }
}

export function unary(name: UnaryName, a: Operand): MxArray {
  const call = native()[`azr_${name}`];
  if (a instanceof MxArray) return made(call(a.handle));
  return withOperands([a], (x) => made(call(x)));
}

export function binary(name: BinaryName, a: Operand, b: Operand): MxArray {
  const call = native()[`azr_${name}`];
  if (a instanceof MxArray && b instanceof MxArray) return made(call(a.handle, b.handle));
  return withOperands([a, b], (x, y) => made(call(x, y)));
}

/** One axis, several, or all when absent. Negative ones count from the last. */
export type Axes = number | readonly number[];

export interface ReduceOptions {
  axis?: Axes | undefined;
  /** Keep reduced axes with extent 1. */
  keepDims?: boolean;
}

/** An axis list and its length as the shim takes them; -1 means all. */
export function axisList(axis: Axes | undefined): [Int32Array, number] {
  if (axis === undefined) return [intList([]), -1];
  const axes = typeof axis === "number" ? [axis] : axis;
  return [intList(axes), axes.length];
}

export function reduce(name: ReduceName, a: MxArray, { axis, keepDims = false }: ReduceOptions): MxArray {
  const [axes, count] = axisList(axis);
  return made(native()[`azr_${name}`](a.handle, axes, count, keepDims));
}
