import type { Played } from "./results.ts";
import { VARIANTS, type Variant } from "./variants.ts";

/** The runs of each variant that has any, in the variants' order and by seed. */
export function byVariant(runs: readonly Played[]): [Variant, Played[]][] {
  return VARIANTS.flatMap((variant): [Variant, Played[]][] => {
    const own = runs.filter((run) => run.variant === variant.name).sort((a, b) => a.seed - b.seed);
    return own.length > 0 ? [[variant, own]] : [];
  });
}
