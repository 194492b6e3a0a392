import { valueAt } from "../../config/setting-value.ts";
import type { ConfigField } from "../../config/shape.ts";
import { commands, type PaletteScope, type Suggestion, settings, written } from "./vocabulary.ts";

/** What may stand at the end of a line, and where it goes. */
export interface Completion {
  /** The line up to the word that is being typed. */
  lead: string;
  suggestions: Suggestion[];
}

/** What a line may go on with; words that begin with what is typed come before those that hold it. */
export function complete(line: string, scope: PaletteScope): Completion {
  const words = /^\s*(\S+)\s+(.*)$/s.exec(line);
  if (!words) return { lead: "", suggestions: matching(line.trim(), commands(scope)) };
  const [, command, rest = ""] = words;
  if (command !== "set" || !scope.live) return { lead: line, suggestions: [] };
  const split = /^([^\s=]+)[\s=]+(.*)$/s.exec(rest);
  if (!split) {
    const known = settings(scope).map((field) => ({ word: field.path, help: described(field, scope) }));
    return { lead: "set ", suggestions: matching(rest, known) };
  }
  const [, path = "", typed = ""] = split;
  const field = settings(scope).find((one) => one.path === path);
  return { lead: `set ${path} `, suggestions: field ? matching(typed, values(field, scope)) : [] };
}

/** The value that a setting has, those that it may have where they can be listed, and the default. */
function values(field: ConfigField, { config }: PaletteScope): Suggestion[] {
  const current = written(valueAt(config, field.path));
  const help = `${field.type}${field.range && ` ${field.range}`}: ${field.help}`;
  const listed = field.type.startsWith("one of ")
    ? field.type.slice("one of ".length).split(", ")
    : field.type === "boolean"
      ? ["true", "false"]
      : [];
  const all = [
    { word: current, help: `as it is. ${help}` },
    ...listed.map((word) => ({ word, help })),
    { word: written(field.default), help: `the default; it is ${current || "nothing"} now. ${help}` },
  ];
  return all.filter(
    ({ word }, index) => word !== "" && all.findIndex((other) => other.word === word) === index,
  );
}

/** `= 0.001 (number > 0) AdamW's peak learning rate.` */
export function described(field: ConfigField, { config }: PaletteScope): string {
  const kind = [field.type, field.range].filter(Boolean).join(" ");
  return `= ${written(valueAt(config, field.path)) || "nothing"} (${kind}) ${field.help}`;
}

function matching(typed: string, all: readonly Suggestion[]): Suggestion[] {
  const begins = all.filter(({ word }) => word.startsWith(typed));
  const holds = all.filter(({ word }) => !word.startsWith(typed) && word.includes(typed));
  return [...begins, ...holds];
}
