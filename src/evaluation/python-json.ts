import type { PythonValue } from "../sandbox/literals.ts";

/**
 * JSON as Python's `json` reads it: 1 and 1.0 are told apart, integers keep all digits, `NaN` and `Infinity` are
 * numbers. Throws SyntaxError.
 */
export function parsePythonJson(text: string): PythonValue {
  const marked = text.replace(TOKENS, (token) => (token.startsWith('"') ? token : `"${MARK}${token}"`));
  return convert(JSON.parse(marked));
}

/** Numbers and their unofficial names stand as marked strings while the text is parsed; strings stay. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d[\d.eE+-]*/g;
const MARK = "\uE000number:";

function convert(value: unknown): PythonValue {
  if (value === null) return { type: "None" };
  if (typeof value === "boolean") return { type: "bool", value };
  if (typeof value === "string") {
    return value.startsWith(MARK) ? number(value.slice(MARK.length)) : { type: "str", value };
  }
  if (Array.isArray(value)) return { type: "list", items: value.map(convert) };
  const entries = Object.entries(value as object).map(([key, item]): [PythonValue, PythonValue] => [
    { type: "str", value: key },
    convert(item),
  ]);
  return { type: "dict", entries };
}

function number(text: string): PythonValue {
  if (/^-?(?:0|[1-9]\d*)$/.test(text)) return { type: "int", value: BigInt(text) };
  const value = text === "NaN" ? Number.NaN : Number(text);
  if (text !== "NaN" && Number.isNaN(value)) throw new SyntaxError(`${text} is no number`);
  return { type: "float", value };
}
