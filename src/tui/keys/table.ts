import { CHART_KEYS } from "./bindings/charts.ts";
import { INPUT_KEYS } from "./bindings/inputs.ts";
import { PLACE_KEYS } from "./bindings/places.ts";
import { RECORD_KEYS } from "./bindings/records.ts";
import { RUN_KEYS } from "./bindings/run.ts";
import type { KeyContext } from "./contexts.ts";

/**
 * The one table of keys: it drives dispatch, the footer, the help overlay and docs/reference/keys.md.
 * A key means one thing in a context; where several contexts are active, the innermost that binds it wins.
 */
export const KEYS = [...RUN_KEYS, ...PLACE_KEYS, ...CHART_KEYS, ...RECORD_KEYS, ...INPUT_KEYS] as const;

export type KeyId = (typeof KEYS)[number]["id"];

/** The action of a key in the first of the contexts that binds it. */
export function actionOf(key: string, contexts: readonly KeyContext[]): KeyId | undefined {
  for (const context of contexts) {
    const binding = KEYS.find(
      (candidate) => candidate.when === context && (candidate.keys as readonly string[]).includes(key),
    );
    if (binding) return binding.id;
  }
  return undefined;
}
