import { MxArray } from "./array.ts";
import { check, native, takeResults } from "./ffi/library.ts";

/** The arrays of a loader by name, in the order of their names. */
export function namedResults(count: number): Map<string, MxArray> {
  const names = Array.from({ length: check(count) }, (_, index) => String(native().azr_results_name(index)));
  const arrays = takeResults(count).map((handle) => new MxArray(handle));
  return new Map(names.map((name, index) => [name, arrays[index] as MxArray] as const).sort(byName));
}

const byName = ([a]: readonly [string, MxArray], [b]: readonly [string, MxArray]): number =>
  a < b ? -1 : a > b ? 1 : 0;
