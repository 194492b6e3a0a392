import { readFileSync } from "node:fs";
import { closest, distance } from "fastest-levenshtein";
import * as v from "valibot";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { ConfigError } from "../errors/index.ts";
import { contradictions } from "./combinations.ts";
import { presetNames, presetPath } from "./preset.ts";
import { type Config, ConfigSchema } from "./schema.ts";
import { defaultTypes, keysAt, typesWith } from "./shape.ts";

export interface ConfigSources {
  /** What everything else is laid over: the config of a run that goes on. */
  base?: Config | undefined;
  /** Name of a preset under `presets/`; the defaults alone when absent. */
  preset?: string | undefined;
  /** A YAML file, laid over the preset. */
  file?: string | undefined;
  /** `a.b=value` assignments, laid over both; values are YAML. */
  set?: readonly string[];
}

/**
 * The config of a run: defaults, then the preset, the file and the assignments, each over the last; null in one takes
 * back what those before it set. Throws
 * ConfigError naming file, line, key, what was expected, what came and the nearest valid key.
 */
export function loadConfig({ base: start, preset, file, set = [] }: ConfigSources = {}): Config {
  const layers: Layer[] = [];
  if (preset !== undefined) layers.push(readPreset(preset));
  if (file !== undefined) layers.push(readYaml(file, file));
  for (const assignment of set) layers.push(parseAssignment(assignment));
  const merged = layers.reduce<unknown>((base, layer) => merge(base, layer.value), start ?? {});
  const parsed = v.safeParse(ConfigSchema, withDefaultTypes(merged));
  if (!parsed.success) {
    throw new ConfigError(parsed.issues.map((issue) => describe(issue, layers)).join("\n"), {
      mend: "`azr-tui config schema` lists every key with its range and default.",
    });
  }
  checkCombinations(parsed.output);
  return parsed.output;
}

/** What one source says, and where. */
export interface Layer {
  value: unknown;
  /** Where a key path was written: `file:line`, or the assignment itself; undefined when it was not. */
  locate(path: readonly string[]): string | undefined;
}

/**
 * A preset as one layer, over the preset that its `extends` names, if any. Raises ConfigError where there is none of
 * that name.
 */
export function readPreset(name: string, above: readonly string[] = []): Layer {
  if (!presetNames().includes(name)) {
    throw new ConfigError(`There is no preset "${name}".`, {
      mend: `Presets: ${presetNames().join(", ")}. Nearest: ${closest(name, presetNames())}.`,
    });
  }
  const own = readYaml(presetPath(name), `presets/${name}.yaml`);
  const { extends: base, ...value } = own.value as Record<string, unknown>;
  if (base === undefined) return own;
  if (typeof base !== "string" || above.includes(name))
    throw new ConfigError(`presets/${name}.yaml: extends takes the name of another preset.`);
  const under = readPreset(base, [...above, name]);
  return { value: merge(under.value, value), locate: (path) => own.locate(path) ?? under.locate(path) };
}

/** The model that a preset's runs begin with, as it names it. */
export const presetModel = (name: string): string => loadConfig({ preset: name }).model.source;

function readYaml(path: string, shown: string): Layer {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new ConfigError(`The config file ${shown} cannot be read: ${(cause as Error).message}`, {
      mend: "Give the path of a YAML file, or leave --config out for the defaults.",
      cause,
    });
  }
  return parseYaml(text, shown);
}

/** A YAML text as a layer; `shown` names it in messages. Raises ConfigError where it is no mapping. */
export function parseYaml(text: string, shown: string): Layer {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error) {
    throw new ConfigError(`${shown} is not YAML: ${error.message.trim()}`, {
      mend: "Mend the line named above.",
    });
  }
  const value = document.toJS() ?? {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new ConfigError(`${shown} must hold a mapping of keys to values.`, {
      mend: "Start from `azr-tui config show --preset smollm2`.",
    });
  }
  return { value, locate: (keys) => locateInDocument(document, lines, keys, shown) };
}

function locateInDocument(document: Document, lines: LineCounter, keys: readonly string[], shown: string) {
  for (let length = keys.length; length > 0; length--) {
    const node = document.getIn(keys.slice(0, length), true);
    if (isNode(node) && node.range) return `${shown}:${lines.linePos(node.range[0]).line}`;
  }
  return undefined;
}

function parseAssignment(assignment: string): Layer {
  const at = assignment.indexOf("=");
  const keys = assignment.slice(0, at).trim().split(".");
  if (at < 1 || keys.some((key) => key === "")) {
    throw new ConfigError(`--set takes key=value, not "${assignment}".`, {
      mend: "For example --set training.optimizer.learning_rate=1e-5",
    });
  }
  const document = parseDocument(assignment.slice(at + 1));
  const [error] = document.errors;
  if (error) throw new ConfigError(`--set ${assignment}: ${error.message.trim()}`);
  const value = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), document.toJS());
  const starts = (path: readonly string[]) =>
    keys.every((key, i) => path[i] === key) || path.every((key, i) => keys[i] === key);
  return { value, locate: (path) => (starts(path) ? `--set ${assignment}` : undefined) };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Mappings merge key by key; a changed `type` starts its variant afresh; null puts a key that was given back to its
 * default; anything else is replaced.
 */
export function merge(base: unknown, over: unknown): unknown {
  if (!isMapping(base) || !isMapping(over)) return over;
  if ("type" in base && "type" in over && base.type !== over.type) return over;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === null && key in base) delete result[key];
    else result[key] = key in base ? merge(base[key], value) : value;
  }
  return result;
}

/** A section of which single keys are set is of the type that it has by default. */
export function withDefaultTypes(config: unknown): unknown {
  return defaultTypes().reduce((whole, { path, type }) => {
    const section = path.reduce<unknown>((inner, key) => (isMapping(inner) ? inner[key] : undefined), whole);
    if (!isMapping(section) || "type" in section) return whole;
    return merge(
      whole,
      path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), { type }),
    );
  }, config);
}

type Issue = v.InferIssue<typeof ConfigSchema>;

/** What was expected at which key, where it was written, and the nearest key to one that is unknown. */
export function describe(issue: Issue, layers: readonly Layer[]): string {
  const path = (issue.path ?? []).map((item) => String(item.key));
  const key = path.join(".");
  const where = layers.map((layer) => layer.locate(path)).findLast((place) => place !== undefined);
  const at = where ? ` (${where})` : "";
  if (issue.expected === "never") {
    const siblings = keysAt(path.slice(0, -1));
    const last = path.at(-1) ?? "";
    const owners = typesWith(path);
    if (owners.length > 0) {
      return `"${key}"${at} belongs to ${path.slice(0, -1).join(".")}.type ${owners.join(", ")} alone.`;
    }
    const near = siblings.filter((sibling) => distance(sibling, last) <= Math.max(2, last.length / 2));
    const hint =
      near.length > 0 ? ` Did you mean "${[...path.slice(0, -1), closest(last, near)].join(".")}"?` : "";
    const valid = siblings.length > 0 ? ` Valid keys there: ${siblings.join(", ")}.` : "";
    return `Unknown key "${key}"${at}.${hint || valid}`;
  }
  return `${key || "The config"}${at}: expected ${issue.expected ?? issue.message}, got ${issue.received}.`;
}

/** Combinations that each field allows and that cannot work together. */
export function checkCombinations(config: Config): void {
  const found = contradictions(config);
  if (found.length === 0) return;
  const list = (texts: string[]) =>
    texts.length === 1 ? texts.join() : texts.map((text, i) => `${i + 1}. ${text}`).join("\n");
  throw new ConfigError(list(found.map(({ message }) => message)), {
    mend: list(found.map(({ mend }) => mend)),
  });
}
