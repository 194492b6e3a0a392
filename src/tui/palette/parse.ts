import { closest } from "fastest-levenshtein";
import { ConfigError } from "../../errors/index.ts";
import { KEYS } from "../keys/table.ts";
import { described } from "./completion.ts";
import { type Action, commands, type PaletteScope, settings, withoutEngine } from "./vocabulary.ts";

/** What a line says is to be done; null for an empty one. Raises ConfigError, with the nearest word, when it says nothing. */
export function parse(line: string, scope: PaletteScope): Action | null {
  const text = line.trim();
  if (text === "") return null;
  if (/^\d+$/.test(text)) return { kind: "goto", number: Number(text) };
  const [, typed = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  const nobody = withoutEngine(text, scope);
  if (nobody !== null) throw new ConfigError(nobody);
  const word = commandNamed(typed, scope);
  if (word === "set") return set(rest, scope);
  if (word === "goto") {
    if (!/^\d+$/.test(rest)) throw new ConfigError("goto takes a number, such as goto 12.");
    return { kind: "goto", number: Number(rest) };
  }
  if (rest !== "") throw new ConfigError(`${word} takes no value, and "${rest}" came.`);
  if (word === "drive") return { kind: "send", command: { command: "drive" } };
  if (word === "detach") return { kind: "detach" };
  const key = KEYS.find(({ id }) => id === word)?.keys[0];
  if (key === undefined) throw new ConfigError(`${word} has no key.`);
  return { kind: "press", key };
}

/** A command by its name, or by a beginning that only one has. */
function commandNamed(typed: string, scope: PaletteScope): string {
  const names = commands(scope).map(({ word }) => word);
  if (names.includes(typed)) return typed;
  const begun = names.filter((name) => name.startsWith(typed));
  if (begun.length === 1 && begun[0] !== undefined) return begun[0];
  if (begun.length > 1) throw new ConfigError(`"${typed}" may be ${begun.slice(0, 6).join(", ")}.`);
  throw new ConfigError(`There is no command "${typed}" here. Nearest: ${closest(typed, names)}.`);
}

function set(rest: string, scope: PaletteScope): Action {
  const [, key = "", value = ""] = /^([^\s=]+)[\s=]*(.*)$/s.exec(rest) ?? [];
  const fields = settings(scope);
  if (key === "") throw new ConfigError("set takes a key and a value, such as set steps 500.");
  if (value !== "") return { kind: "send", command: { command: "set", key, value } };
  const field = fields.find(({ path }) => path === key);
  if (!field)
    throw new ConfigError(
      `"${key}" cannot be changed now. Nearest: ${closest(
        key,
        fields.map(({ path }) => path),
      )}.`,
    );
  return { kind: "tell", text: `${key} ${described(field, scope)}` };
}
