import { dlopen, type Library } from "bun:ffi";
import { EngineError } from "../../errors/index.ts";
import type { NativeLayer } from "../../native-setup/index.ts";
import { cStrings, type Handle } from "./pointer.ts";
import { SYMBOLS } from "./symbols.ts";

type Symbols = Library<typeof SYMBOLS>["symbols"];

let opened: Symbols | undefined;

/** The shim's functions. Throws EngineError before `openLibrary`. */
export function native(): Symbols {
  if (!opened) {
    throw new EngineError("MLX is not loaded in this thread.", {
      mend: "Await initialise() of src/mlx first.",
    });
  }
  return opened;
}

export function isOpen(): boolean {
  return opened !== undefined;
}

/** Loads the shim, and libmlx with it, into this thread's reach. Once per thread; each has its own symbols. */
export function openLibrary({ shim, openblas }: NativeLayer): void {
  if (opened) return;
  try {
    opened = dlopen(shim, SYMBOLS).symbols;
  } catch (cause) {
    throw new EngineError(`The native layer does not load: ${(cause as Error).message}`, {
      mend: "Run `azr-tui doctor`; removing the directory `native` of the cache compiles it anew.",
      cause,
    });
  }
  if (openblas) check(opened.azr_blas_open(cStrings(openblas)));
}

/** MLX's message of the last failure in this thread, as an EngineError. */
export function lastError(): EngineError {
  return new EngineError(`MLX: ${String(native().azr_error())}`);
}

/** The handle of a result. Throws EngineError with MLX's message when there is none. */
export function handle(result: Handle | bigint | null): Handle {
  if (result === null) throw lastError();
  return Number(result) as Handle;
}

/** A count or status. Throws EngineError with MLX's message when it is negative. */
export function check(result: number): number {
  if (result < 0) throw lastError();
  return result;
}

/** The arrays that the last function with several results left, `count` of them (negative: it failed). */
export function takeResults(count: number): Handle[] {
  const list = new Float64Array(Math.max(check(count), 1));
  if (count > 0) check(native().azr_results_take(list, count));
  return Array.from(list.subarray(0, count), (address) => address as Handle);
}
