import { type PythonValue, parseLiteral } from "../sandbox/literals.ts";

/** What a test script of EvalPlus holds, as the hub has its data sets: a loop over literal inputs. */
export interface ScriptTests {
  inputs: PythonValue[][];
  /** Absolute tolerance that it names; 0 asks for equality, but of floats. */
  tolerance: number;
}

/** Reads `inputs = [[...], ...]` of a script; undefined where it is written otherwise. Nothing is evaluated. */
export function scriptTests(script: string): ScriptTests | undefined {
  const text = /^[ \t]*inputs = (.*)$/m.exec(script)?.[1];
  const list = text === undefined ? undefined : parseLiteral(text);
  if (list?.type !== "list") return undefined;
  const inputs = list.items.map((item) =>
    item.type === "list" || item.type === "tuple" ? item.items : undefined,
  );
  if (!inputs.every((args) => args !== undefined)) return undefined;
  const tolerance = /\bassertion\(.*,\s*([\d.eE-]+)\)\s*$/m.exec(script)?.[1];
  return { inputs, tolerance: Number(tolerance ?? 0) };
}

/** The function that a script calls, from `assertion(f(*inp), ...)`. */
export function scriptEntry(script: string): string | undefined {
  return /\bassertion\(\s*(\w+)\(\*inp\)/.exec(script)?.[1];
}
