import type { MxArray } from "./array.ts";
import { stopGradient } from "./ops/index.ts";
import { keep, scope } from "./scope.ts";
import { evaluate } from "./transforms.ts";

/** Arrays of their own, the caller's to free, that share the data of the given ones. */
export function shared(arrays: readonly MxArray[]): MxArray[] {
  return keep(
    scope(() => {
      const copies = arrays.map((array) => stopGradient(array));
      evaluate(copies);
      return copies;
    }),
  );
}
