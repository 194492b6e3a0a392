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
