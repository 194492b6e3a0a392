/**
 * A Python value, exact in type. The host parses model answers and worker frames into it and compares by
 * Python's `==`; nothing is ever evaluated.
 */
export type PythonValue =
  | { type: "None" }
  | { type: "bool"; value: boolean }
  | { type: "int"; value: bigint }
  | { type: "float"; value: number }
  | { type: "complex"; real: number; imaginary: number }
  /** UTF-16 with lone surrogates kept. */
  | { type: "str"; value: string }
  | { type: "bytes"; value: Uint8Array }
  | { type: "list" | "tuple" | "set" | "frozenset"; items: PythonValue[] }
  | { type: "dict"; entries: [PythonValue, PythonValue][] };

/** Deepest nesting of containers that is parsed, decoded or encoded. */
export const MAX_DEPTH = 100;

export { pythonEquals, pythonSame } from "./literal-equality.ts";
export { type CallArguments, parseArguments, parseCallArguments, parseLiteral } from "./literal-parser.ts";
export { pythonRepr, pythonSource } from "./literal-repr.ts";
