import type { ConfigField } from "./shape.ts";

/** The value at a dotted path of a configuration, whole or in part; undefined where there is none. */
export function valueAt(config: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
      config,
    );
}

/** Whether a field's `when`, such as `adapter.type = lora`, is so: by what is set, or else by default. */
export function holds(when: string, config: unknown, fields: readonly ConfigField[]): boolean {
  if (when === "") return true;
  const [path = "", type] = when.split(" = ");
  const set = valueAt(config, path) ?? fields.find((field) => field.path === path)?.default;
  return set === type;
}
