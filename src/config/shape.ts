import * as v from "valibot";
import { ConfigSchema } from "./schema.ts";

/** One field of the config as documentation, forms and error messages see it. */
export interface ConfigField {
  /** Dotted path, such as `training.optimizer.learning_rate`. */
  path: string;
  /** The type in words: `integer`, `one of auto, cpu, gpu`, `list of ...`. */
  type: string;
  /** Allowed range in words; empty when any value of the type will do. */
  range: string;
  default: unknown;
  help: string;
  /** Set for fields of a variant: `adapter.type = lora`. */
  when: string;
  /** How a form takes its value; `yaml` is for what no other fits. */
  kind: "choice" | "boolean" | "number" | "text" | "list" | "yaml";
  /** Values of a choice, or of a list's items where they are a choice. */
  choices: readonly (string | number)[];
}

/** A schema node, seen only through the properties that valibot documents for introspection. */
interface Node {
  type: string;
  entries?: Record<string, Node>;
  options?: readonly (Node | string)[];
  wrapped?: Node;
  item?: Node;
  items?: readonly Node[];
  literal?: unknown;
  default?: unknown;
  requirement?: unknown;
  pipe?: readonly Node[];
  description?: string;
}

const ROOT = ConfigSchema as unknown as Node;

/** Removes `optional` wrappers. */
function bare(node: Node): Node {
  return node.wrapped ? bare(node.wrapped) : node;
}

let known: readonly ConfigField[] | undefined;

/** Every field of the config, in the schema's order. */
export function configFields(): readonly ConfigField[] {
  known ??= fieldsOf(ROOT, "", "");
  return known;
}

/** The `type` that a variant has where none is given, by the path of the variant: `adapter` is `lora`. */
export function defaultTypes(): { path: string[]; type: string }[] {
  return configFields().flatMap(({ path, default: type }) =>
    path.endsWith(".type") && typeof type === "string" ? [{ path: path.split(".").slice(0, -1), type }] : [],
  );
}

/** The keys that may stand at a path, for suggestions; empty when the path is no section. */
export function keysAt(path: readonly string[]): string[] {
  let nodes: Node[] = [ROOT];
  for (const key of path) {
    nodes = nodes.flatMap(sections).flatMap((node) => (node.entries?.[key] ? [bare(node.entries[key])] : []));
  }
  return [...new Set(nodes.flatMap(sections).flatMap((node) => Object.keys(node.entries ?? {})))];
}

/** The types of a variant that have the key at a path; empty where the path leads to no key of a variant. */
export function typesWith(path: readonly string[]): string[] {
  const parent = path.slice(0, -1).join(".");
  const types = configFields().flatMap(({ path: own, when }) =>
    own === path.join(".") || own.startsWith(`${path.join(".")}.`) ? [when] : [],
  );
  const prefix = `${parent}.type = `;
  return [...new Set(types)].flatMap((when) => (when.startsWith(prefix) ? [when.slice(prefix.length)] : []));
}

/** The objects that a node may be: itself, or the options of a variant. */
function sections(node: Node): Node[] {
  if (node.entries) return [node];
  return node.type === "variant" ? ((node.options ?? []) as Node[]).map(bare) : [];
}

function fieldsOf(node: Node, prefix: string, when: string): ConfigField[] {
  return Object.entries(node.entries ?? {}).flatMap(([key, entry]) => {
    const path = prefix ? `${prefix}.${key}` : key;
    const inner = bare(entry);
    if (inner.entries) return fieldsOf(inner, path, when);
    if (inner.type === "variant") return variantFields(entry, inner, path);
    return [
      {
        path,
        type: typeOf(inner),
        range: rangeOf(inner),
        default: entry.default,
        help: helpOf(inner),
        when,
        ...entryOf(inner),
      },
    ];
  });
}

/** The variant's `type` as one field, then the other fields of each of its options. */
function variantFields(entry: Node, variant: Node, path: string): ConfigField[] {
  const options = sections(variant).map((option) => {
    const type = bare(option.entries?.type as Node);
    const { type: _, ...others } = option.entries ?? {};
    return { name: String(type.literal), help: helpOf(type), others: { ...option, entries: others } };
  });
  const names = options.map(({ name }) => name);
  const chosen: ConfigField = {
    path: `${path}.type`,
    type: names.length > 1 ? `one of ${names.join(", ")}` : `"${names[0]}"`,
    range: "",
    default: (entry.default as { type?: unknown } | undefined)?.type,
    help: options.map(({ name, help }) => (names.length > 1 ? `${name}: ${help}` : help)).join(" "),
    when: "",
    kind: "choice",
    choices: names,
  };
  return [
    chosen,
    ...options.flatMap(({ name, others }) =>
      fieldsOf(others, path, names.length > 1 ? `${path}.type = ${name}` : ""),
    ),
  ];
}

function entryOf(node: Node): Pick<ConfigField, "kind" | "choices"> {
  const choices = (node.type === "picklist" ? node.options : []) as (string | number)[];
  if (node.type === "picklist") return { kind: "choice", choices };
  if (node.type === "array" && node.item) return { kind: "list", choices: entryOf(bare(node.item)).choices };
  const kinds: Record<string, ConfigField["kind"]> = { boolean: "boolean", number: "number", string: "text" };
  return { kind: kinds[node.type] ?? "yaml", choices };
}

/** The parts of a pipe, pipes within it spread out. */
function actionsOf(node: Node): Node[] {
  return (node.pipe ?? []).flatMap((part) => (part.pipe ? actionsOf(part) : [part]));
}

function typeOf(node: Node): string {
  const actions = new Set(actionsOf(node).map((part) => part.type));
  if (node.type === "number") return actions.has("integer") ? "integer" : "number";
  if (node.type === "picklist") return `one of ${(node.options as string[]).join(", ")}`;
  if (node.type === "literal") return `"${node.literal}"`;
  if (node.type === "array" && node.item) return `list of ${typeOf(bare(node.item)).replace(/^one of /, "")}`;
  if (node.type === "union")
    return (node.options as Node[]).map((option) => typeOf(bare(option))).join(" or ");
  if (node.type === "tuple") return `${node.items?.length} numbers`;
  return node.type;
}

function rangeOf(node: Node): string {
  const words: Record<string, string> = { min_value: ">=", gt_value: ">", max_value: "<=", lt_value: "<" };
  return actionsOf(node)
    .flatMap((part) => (words[part.type] ? [`${words[part.type]} ${part.requirement}`] : []))
    .join(", ");
}

function helpOf(node: Node): string {
  return (v.getDescription(node as unknown as typeof ConfigSchema) ?? "").toString();
}
