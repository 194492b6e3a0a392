import { resolve } from "node:path";
import { LEFT_RUN } from "../place-stack.ts";
import { type TextValue, textValue } from "../widgets/text-edit.ts";
import type { RunCatalog } from "./run-catalog.ts";

/**
 * Who comes home from a run finds it selected and in view, also where it was begun from a preset or a model: sets what
 * home keeps, before its lists read it. Done once for each return.
 */
export function showLeftRun(kept: Map<string, unknown>, catalog: RunCatalog): void {
  const left = kept.get(LEFT_RUN);
  if (typeof left !== "string") return;
  kept.delete(LEFT_RUN);
  const entry = catalog.entries.find(({ path }) => resolve(path) === resolve(left));
  if (!entry) return;
  kept.set("list", "runs");
  const { text } = (kept.get("find") as TextValue | undefined) ?? textValue();
  if (!entry.name.toLowerCase().includes(text.toLowerCase())) kept.set("find", textValue());
  kept.set("home/runs/position", { selected: 0, top: 0, id: entry.path });
}
