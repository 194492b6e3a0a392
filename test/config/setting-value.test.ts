import { expect, test } from "bun:test";
import { holds, valueAt } from "../../src/config/setting-value.ts";
import { configFields } from "../../src/config/shape.ts";

test("a dotted path leads to its value, and to nothing where a key is missing", () => {
  const config = { a: { b: 0, c: null, d: [5] } };
  expect(valueAt(config, "a.b")).toBe(0);
  expect(valueAt(config, "a.c")).toBeNull();
  expect(valueAt(config, "a.d.0")).toBe(5);
  for (const path of ["x", "a.x", "a.b.c", "a.c.d"]) expect(valueAt(config, path)).toBeUndefined();
  expect(valueAt(undefined, "a")).toBeUndefined();
});

test("a field of a variant holds by the type that is set, and by the default where none is", () => {
  const fields = configFields();
  const fallback = fields.find(({ path }) => path === "adapter.type")?.default;
  expect(fallback).toBe("lora");
  expect(holds("", {}, fields)).toBe(true);
  expect(holds("adapter.type = lora", {}, fields)).toBe(true);
  expect(holds("adapter.type = full", {}, fields)).toBe(false);
  expect(holds("adapter.type = full", { adapter: { type: "full" } }, fields)).toBe(true);
  expect(holds("adapter.type = lora", { adapter: { type: "full" } }, fields)).toBe(false);
});
