import { parse } from "yaml";
import type { ConfigField } from "./shape.ts";

/** A value as a form shows it and a user would type it; empty where there is none. */
export function writtenValue(field: ConfigField, value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (field.kind === "list" && Array.isArray(value)) return value.map(written).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/**
 * What a typed text stands for. Numbers, lists (with or without brackets) and what is `yaml` are read as YAML; what
 * cannot be read is the text itself, which the schema then refuses. Undefined where nothing is typed: not set.
 */
export function readValue(field: ConfigField, text: string): unknown {
  const trimmed = text.trim();
  if (field.kind === "text") return trimmed === "" && field.default === undefined ? undefined : trimmed;
  if (trimmed === "") return field.kind === "list" ? [] : undefined;
  if (field.kind === "list") return readYaml(trimmed.startsWith("[") ? trimmed : `[${trimmed}]`, text);
  if (field.kind === "choice") return field.choices.find((one) => String(one) === trimmed) ?? trimmed;
  return readYaml(trimmed, text);
}

/** Text of a list's item: in quotes where it would be read as something else. */
function written(item: unknown): string {
  if (typeof item !== "string") return JSON.stringify(item);
  return /^[\w./-][\w ./-]*$/.test(item) && readYaml(item, "") === item ? item : JSON.stringify(item);
}

function readYaml(text: string, otherwise: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    // While it is typed, a bracket or a quote is open.
    if (error instanceof Error) return otherwise;
    throw error;
  }
}
