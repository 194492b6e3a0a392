import * as v from "valibot";
import { ConfigError } from "../errors/index.ts";
import { contradictions } from "./combinations.ts";
import { checkCombinations, describe, type Layer, merge, readPreset, withDefaultTypes } from "./load.ts";
import { type Config, ConfigSchema } from "./schema.ts";
import { holds, valueAt } from "./setting-value.ts";
import { type ConfigField, configFields } from "./shape.ts";

/** A configuration that is being written: settings laid over a preset, right or not. */
export interface Draft {
  /** Null lays them over the defaults alone. */
  preset: string | null;
  /** Values by dotted path. */
  changes: Readonly<Record<string, unknown>>;
}

/** What is wrong with a draft. */
export interface DraftIssue {
  /** The settings that it is about; several where they are at odds, none where it names none. */
  paths: readonly string[];
  message: string;
}

/** A draft as it stands. */
export interface CheckedDraft {
  /** Settings that there are under the variants that are chosen, in the order of the schema. */
  fields: readonly ConfigField[];
  /** Null while something is wrong. */
  config: Config | null;
  issues: readonly DraftIssue[];
  /** Value of a setting, and who gave it. */
  at(field: ConfigField): { value: unknown; from: "changed" | "preset" | "default" };
}

/** Resolves a draft as `loadConfig` would, and gathers what is wrong instead of raising it. */
export function checkDraft({ preset, changes }: Draft): CheckedDraft {
  const base = preset === null ? {} : readPreset(preset).value;
  const all = configFields();
  // A variant's other settings depend on its type, so that it is laid first.
  const types = Object.entries(changes).filter(([path]) => path.endsWith(".type"));
  const typed = laid(base, types);
  const fields = all.filter(({ when }) => holds(when, typed, all));
  const there = new Set(fields.map(({ path }) => path));
  // What was set under another variant waits until that is chosen again.
  const others = Object.entries(changes).filter(([path]) => !path.endsWith(".type") && there.has(path));
  const merged = laid(typed, others);
  const parsed = v.safeParse(ConfigSchema, withDefaultTypes(merged));
  const at: CheckedDraft["at"] = (field) => {
    if (field.path in changes) return { value: changes[field.path], from: "changed" };
    const value = valueAt(typed, field.path);
    return value === undefined ? { value: field.default, from: "default" } : { value, from: "preset" };
  };
  if (parsed.success) {
    const issues = odds(parsed.output, fields);
    return { fields, config: issues.length === 0 ? parsed.output : null, issues, at };
  }
  const issues = parsed.issues.map((issue) => ({
    paths: [nearest((issue.path ?? []).map((item) => String(item.key)).join("."), fields)],
    message: describe(issue, []),
  }));
  return { fields, config: null, issues, at };
}

/**
 * The changes that a whole configuration, as it was written by hand, is from its preset. Raises ConfigError, with file
 * and line, where it is wrong.
 */
export function changesFrom(preset: string | null, layer: Layer): Record<string, unknown> {
  const parsed = v.safeParse(ConfigSchema, withDefaultTypes(merge(presetValues(preset), layer.value)));
  if (!parsed.success)
    throw new ConfigError(parsed.issues.map((issue) => describe(issue, [layer])).join("\n"));
  checkCombinations(parsed.output);
  const changes: Record<string, unknown> = {};
  const bare = checkDraft({ preset, changes: {} });
  for (const field of checkDraft({ preset, changes: typesOf(parsed.output) }).fields) {
    const value = valueAt(parsed.output, field.path);
    const known = bare.fields.find(({ path }) => path === field.path);
    const before = known ? bare.at(known).value : field.default;
    if (!Bun.deepEquals(value, before)) changes[field.path] = value;
  }
  return changes;
}

const presetValues = (preset: string | null): unknown => (preset === null ? {} : readPreset(preset).value);

/** The variants that a config has chosen. */
function typesOf(config: Config): Record<string, unknown> {
  const types = configFields().filter(({ path, when }) => path.endsWith(".type") && when === "");
  return Object.fromEntries(types.map(({ path }) => [path, valueAt(config, path)]));
}

function laid(base: unknown, changes: readonly (readonly [path: string, value: unknown])[]): unknown {
  return changes.reduce<unknown>((whole, [path, value]) => {
    const layer = path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    return merge(whole, layer);
  }, base);
}

/** What the settings are at odds about; the fields are those that the words name. */
function odds(config: Config, fields: readonly ConfigField[]): DraftIssue[] {
  return contradictions(config).map(({ message, mend }) => {
    const found = named(message, fields);
    return { paths: found.length > 0 ? found : named(mend, fields), message: `${message} ${mend}` };
  });
}

/** Settings whose whole path is among the words. */
function named(words: string, fields: readonly ConfigField[]): string[] {
  const paths = new Set(words.match(/[a-z_]+(?:\.[a-z_]+)+/g));
  return fields.flatMap(({ path }) => (paths.has(path) ? [path] : []));
}

/** The field that a path belongs to: the item of a list to the list. */
function nearest(path: string, fields: readonly ConfigField[]): string {
  const keys = path.split(".");
  for (let length = keys.length; length > 0; length--) {
    const prefix = keys.slice(0, length).join(".");
    if (fields.some((field) => field.path === prefix)) return prefix;
  }
  return path;
}
