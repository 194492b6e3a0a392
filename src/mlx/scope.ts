import { native } from "./ffi/library.ts";
import { closeFrame, openFrame } from "./frame.ts";
import { arraysIn } from "./tree.ts";

/**
 * Runs `body` and frees every array made inside it, except those found in what it returns (an array, or arrays
 * in nested lists, plain objects and maps) and those passed to `keep`. Scopes nest: what survives belongs to the
 * scope around, or to the caller where there is none. The body must be synchronous.
 */
export function scope<T>(body: () => T): T {
  const frame = openFrame();
  try {
    const value = body();
    if (value instanceof Promise) throw new TypeError("The body of a scope must be synchronous.");
    for (const array of arraysIn(value)) if (array.frame === frame) array.moveTo(frame.outer);
    return value;
  } finally {
    closeFrame(frame);
  }
}

/** Takes every array in `value` out of all scopes: from now on the caller frees it. Returns the value. */
export function keep<T>(value: T): T {
  for (const array of arraysIn(value)) array.moveTo(undefined);
  return value;
}

/** Frees every array in a nested value. */
export function dispose(value: unknown): void {
  for (const array of arraysIn(value)) array.dispose();
}

/** Array handles alive in this process, counted by the shim. */
export function liveArrays(): number {
  return native().azr_live_handles();
}
