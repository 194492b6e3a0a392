import type { PythonValue } from "../../../sandbox/literals.ts";

/** What a template's value is: templates turn one shape into another and know nothing finer. */
export const SHAPES = ["integer", "text", "integers", "texts", "counts", "rows"] as const;
export type Shape = (typeof SHAPES)[number];

/** From which difficulty on a shape is used. */
export const SHAPE_LEVELS: Record<Shape, number> = {
  integer: 0,
  text: 0,
  integers: 0.15,
  texts: 0.3,
  counts: 0.45,
  rows: 0.7,
};

/** The variable that holds a value of a shape. */
export const VARIABLES: Record<Shape, string> = {
  integer: "n",
  text: "s",
  integers: "items",
  texts: "words",
  counts: "counts",
  rows: "rows",
};

/** The shape of a value; null for one that no template takes. An empty list passes for integers. */
export function shapeOf(value: PythonValue): Shape | null {
  if (value.type === "int") return "integer";
  if (value.type === "str") return "text";
  if (value.type === "list") return listShape(value.items);
  if (value.type !== "dict") return null;
  return value.entries.every(([key, entry]) => key.type === "str" && entry.type === "int") ? "counts" : null;
}

function listShape(items: readonly PythonValue[]): Shape | null {
  if (items.every(({ type }) => type === "int")) return "integers";
  if (items.every(({ type }) => type === "str")) return "texts";
  const rows = items.every((row) => row.type === "list" && row.items.every(({ type }) => type === "int"));
  return rows ? "rows" : null;
}
