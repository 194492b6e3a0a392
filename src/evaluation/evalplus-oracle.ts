import { type PythonValue, pythonEquals } from "../sandbox/literals.ts";

/** One output of a solution against the reference's, as EvalPlus judges it. */
export interface Comparison {
  dataset: "humaneval" | "mbpp";
  entryPoint: string;
  /** Absolute tolerance of the problem; 0 asks for equality, but of floats. */
  tolerance: number;
  args: readonly PythonValue[];
  out: PythonValue;
  expected: PythonValue;
}

/** Problems of MBPP whose outputs are compared as sets, and those where only "found or not" counts. */
const AS_SETS = new Set([
  ...["similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly"],
  ...["larg_nnum", "intersection_array", "find_dissimilar", "Diff"],
]);
const FOUND_OR_NOT = new Set(["check_str", "text_match_three", "text_starta_endb"]);
const FLOAT_TOLERANCE = 1e-6;
const RELATIVE_TOLERANCE = 1e-7;

/** The call of an entry point, its value as it is compared: some outputs (a match, say) only count as there. */
export function outputSource(dataset: Comparison["dataset"], entryPoint: string, call: string): string {
  if (dataset !== "mbpp" || !FOUND_OR_NOT.has(entryPoint)) return call;
  return `(lambda out: out if isinstance(out, bool) else out is not None)(${call})`;
}

/** Equality, EvalPlus's oracles for problems with several right answers, and its tolerance for floats. */
export function agrees(comparison: Comparison): boolean {
  const { dataset, entryPoint, tolerance, args, out, expected } = comparison;
  if (dataset === "humaneval" && entryPoint === "find_zero") return isZero(args[0], out, tolerance);
  if (dataset === "mbpp") {
    if (entryPoint === "are_equivalent") return true;
    if (entryPoint === "sum_div" && pythonEquals(out, { type: "int", value: 0n })) return true;
    if (AS_SETS.has(entryPoint)) return pythonEquals(asSet(out), asSet(expected));
  }
  if (pythonEquals(out, expected)) return true;
  const absolute = tolerance === 0 && isFloats(expected) ? FLOAT_TOLERANCE : tolerance;
  return absolute !== 0 && close(out, expected, absolute);
}

/** `is_floats`: a float, or a list or tuple of nothing else. */
function isFloats(value: PythonValue): boolean {
  if (value.type === "float") return true;
  const items = sequence(value);
  return items?.every(({ type }) => type === "float") ?? false;
}

/** Equal types, and within tolerance item by item (numpy's `allclose` with a relative tolerance of 1e-7). */
function close(out: PythonValue, expected: PythonValue, absolute: number): boolean {
  if (out.type !== expected.type) return false;
  const [a, b] = [sequence(out), sequence(expected)];
  if (a && b)
    return a.length === b.length && a.every((x, i) => closeNumbers(x, b[i] as PythonValue, absolute));
  return closeNumbers(out, expected, absolute);
}

function closeNumbers(out: PythonValue, expected: PythonValue, absolute: number): boolean {
  const [a, b] = [sequence(out), sequence(expected)];
  if (a && b)
    return a.length === b.length && a.every((x, i) => closeNumbers(x, b[i] as PythonValue, absolute));
  const [x, y] = [real(out), real(expected)];
  if (x === undefined || y === undefined) return false;
  return x === y || Math.abs(x - y) <= absolute + RELATIVE_TOLERANCE * Math.abs(y);
}

/** HumanEval/32: any root will do. `polynomial` lists the coefficients, the constant first. */
function isZero(polynomial: PythonValue | undefined, x: PythonValue, tolerance: number): boolean {
  const coefficients = polynomial && sequence(polynomial)?.map(real);
  const at = real(x);
  if (!coefficients || at === undefined) return false;
  const value = coefficients.reduce<number>((sum, c, i) => sum + (c ?? Number.NaN) * at ** i, 0);
  return Math.abs(value) <= tolerance;
}

function asSet(value: PythonValue): PythonValue {
  const items =
    "items" in value ? value.items : value.type === "str" ? [...value.value].map(text) : undefined;
  if (!items) return value;
  const distinct = items.filter((item, i) => items.findIndex((other) => pythonEquals(other, item)) === i);
  return { type: "set", items: distinct };
}

const text = (value: string): PythonValue => ({ type: "str", value });

function sequence(value: PythonValue): PythonValue[] | undefined {
  return value.type === "list" || value.type === "tuple" ? value.items : undefined;
}

function real(value: PythonValue): number | undefined {
  if (value.type === "float") return value.value;
  if (value.type === "int" || value.type === "bool") return Number(value.value);
  return undefined;
}
