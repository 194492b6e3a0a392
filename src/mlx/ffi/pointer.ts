import type { Pointer } from "bun:ffi";

/** An mlx::core::array on the C++ heap. Opaque outside src/mlx/ffi. */
export type Handle = Pointer;

/** A list of handles as the shim takes it. Addresses in user space are exact as doubles. */
export function handleList(handles: readonly Handle[]): Float64Array {
  // One slot at least: an empty typed array has no address.
  const list = new Float64Array(Math.max(handles.length, 1));
  list.set(handles);
  return list;
}

export function intList(values: readonly number[]): Int32Array {
  const list = new Int32Array(Math.max(values.length, 1));
  list.set(values);
  return list;
}

/** NUL-terminated UTF-8, one after another. Throws RangeError where a string holds NUL itself. */
export function cStrings(...values: string[]): Uint8Array {
  for (const value of values) {
    if (value.includes("\0")) throw new RangeError(`a name holds a NUL character: ${JSON.stringify(value)}`);
  }
  return new TextEncoder().encode(`${values.join("\0")}\0`);
}
