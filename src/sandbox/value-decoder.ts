import { firstEqual, isHashable } from "./literal-equality.ts";
import { MAX_DEPTH, type PythonValue } from "./literals.ts";
import { MAX_VALUES } from "./protocol.ts";

/** Longest integer that is decoded: 65,536 bits in hexadecimal, with sign and 0x. */
const MAX_INT_CHARACTERS = 65_536 / 4 + 3;

/** What is left of the values that one job may return. */
export interface ValueBudget {
  values: number;
}

export function valueBudget(): ValueBudget {
  return { values: MAX_VALUES };
}

/**
 * A value in the exact-type encoding: null, booleans and strings as they are, and tagged arrays `["i", hex]`,
 * `["f", repr]`, `["c", repr, repr]`, `["b", hex]`, `["l" | "t" | "s" | "z", ...items]`, `["d", ...[k, v]]`.
 */
export function decodeValue(
  json: unknown,
  budget: ValueBudget = valueBudget(),
  depth = 0,
): PythonValue | undefined {
  if (depth > MAX_DEPTH || --budget.values < 0) return undefined;
  if (json === null) return { type: "None" };
  if (typeof json === "boolean") return { type: "bool", value: json };
  if (typeof json === "string") return { type: "str", value: json };
  if (!Array.isArray(json)) return undefined;
  const [tag, first, second] = json;
  if (tag === "i") return json.length === 2 ? decodeInt(first) : undefined;
  if (tag === "f") {
    const value = json.length === 2 ? decodeFloat(first) : undefined;
    return value === undefined ? undefined : { type: "float", value };
  }
  if (tag === "c") {
    const real = decodeFloat(first);
    const imaginary = decodeFloat(second);
    if (json.length !== 3 || real === undefined || imaginary === undefined) return undefined;
    return { type: "complex", real, imaginary };
  }
  if (tag === "b") {
    if (json.length !== 2 || typeof first !== "string" || !/^(?:[0-9a-f]{2})*$/.test(first)) return undefined;
    return { type: "bytes", value: new Uint8Array(Buffer.from(first, "hex")) };
  }
  if (tag === "d") {
    const entries: [PythonValue, PythonValue][] = [];
    for (const entry of json.slice(1)) {
      if (!Array.isArray(entry) || entry.length !== 2) return undefined;
      const key = decodeValue(entry[0], budget, depth + 1);
      const value = decodeValue(entry[1], budget, depth + 1);
      if (!key || !value) return undefined;
      entries.push([key, value]);
    }
    return areKeys(entries.map(([key]) => key)) ? { type: "dict", entries } : undefined;
  }
  const type = CONTAINERS.get(tag);
  if (!type) return undefined;
  const items: PythonValue[] = [];
  for (let i = 1; i < json.length; i++) {
    const item = decodeValue(json[i], budget, depth + 1);
    if (!item) return undefined;
    items.push(item);
  }
  const keyed = type === "set" || type === "frozenset";
  return keyed && !areKeys(items) ? undefined : { type, items };
}

/** Whether these can be the items of a set: a forged frame may repeat one, or hold what Python cannot hash. */
function areKeys(items: readonly PythonValue[]): boolean {
  return items.every(isHashable) && firstEqual(items).every((first, i) => first === i);
}

const CONTAINERS = new Map<unknown, "list" | "tuple" | "set" | "frozenset">([
  ["l", "list"],
  ["t", "tuple"],
  ["s", "set"],
  ["z", "frozenset"],
]);

function decodeInt(text: unknown): PythonValue | undefined {
  if (!isText(text, MAX_INT_CHARACTERS) || !/^-?0x[0-9a-f]+$/.test(text)) return undefined;
  const negative = text.startsWith("-");
  const magnitude = BigInt(negative ? text.slice(1) : text);
  return { type: "int", value: negative ? -magnitude : magnitude };
}

function decodeFloat(text: unknown): number | undefined {
  if (!isText(text, 32)) return undefined;
  if (text === "nan") return NaN;
  if (text === "inf" || text === "-inf") return text === "inf" ? Infinity : -Infinity;
  return /^-?\d+(?:\.\d+)?(?:e[+-]\d+)?$/.test(text) ? Number(text) : undefined;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value.length <= longest;
}
