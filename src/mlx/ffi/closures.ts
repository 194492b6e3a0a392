import { JSCallback, read } from "bun:ffi";
import { check, native } from "./library.ts";
import { type Handle, handleList } from "./pointer.ts";

/** Runs with owned input handles and gives its output handles, which stay its own. */
type Closure = (inputs: Handle[], give: (outputs: readonly Handle[]) => void) => void;

const closures = new Map<number, Closure>();
let nextId = 1;
let trampoline: JSCallback | undefined;
/** What a closure threw. C++ sees a status only; the error itself waits here for `rethrowing`. */
let thrown: { error: unknown } | undefined;

/** One callback serves every closure: making one costs far more than looking up an id. */
function call(id: number, inputs: number, count: number): number {
  try {
    const closure = closures.get(id);
    if (!closure) throw new ReferenceError(`no closure ${id}`);
    const handles = Array.from({ length: count }, (_, index) => read.f64(inputs, 8 * index) as Handle);
    closure(handles, (outputs) => {
      check(native().azr_closure_return(handleList(outputs), outputs.length));
    });
    return 0;
  } catch (error) {
    thrown ??= { error };
    return 1;
  }
}

/** An id by which C++ calls the closure until no graph refers to it any more. */
export function registerClosure(closure: Closure): number {
  if (!trampoline) {
    trampoline = new JSCallback(call, { args: ["i32", "ptr", "i32"], returns: "i32" });
    native().azr_set_trampoline(trampoline.ptr as Handle);
  }
  forgetReleased();
  const id = nextId++;
  closures.set(id, closure);
  return id;
}

/** Closures are released when their graph is freed, possibly on MLX's own threads: their ids are collected here. */
function forgetReleased(): void {
  const ids = new Int32Array(64);
  let count: number;
  do {
    count = native().azr_closures_released(ids, ids.length);
    for (const id of ids.subarray(0, count)) closures.delete(id);
  } while (count === ids.length);
}

/** Closures that a graph may still call. */
export function registeredClosures(): number {
  forgetReleased();
  return closures.size;
}

/** Runs a call into C++ that may run closures; what one threw is thrown again, the same object. */
export function rethrowing(callNative: () => number): number {
  const count = callNative();
  const error = thrown;
  thrown = undefined;
  if (error) throw error.error;
  return check(count);
}
