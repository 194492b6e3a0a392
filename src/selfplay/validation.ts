import type { Executor, ProgramResult } from "../sandbox/executor.ts";
import { type PythonValue, parseLiteral, pythonEquals, pythonRepr } from "../sandbox/literals.ts";
import type { Proposal, ValidTask } from "./proposal.ts";
import { found, type Reading, rejected } from "./rejection.ts";
import { compositeFault } from "./tasks/composites.ts";

/** Longest output that is kept, characters of its repr. A longer one rejects the task; none is ever cut. */
export const MAX_OUTPUT = 4000;

export interface ValidationContext {
  executor: Executor;
  forbiddenModules: readonly string[];
  signal?: AbortSignal;
}

export interface Validation {
  task: Reading<ValidTask>;
  /** Safety flags raised while the program ran. */
  flags: string[];
}

/**
 * Runs a proposal and keeps its outputs. Each input is called twice, forwards and then backwards, in two
 * processes with different hash seeds: a program that counts its calls, reads a clock or depends on the order
 * of a set is found out.
 */
export async function validate(
  proposal: Proposal,
  { executor, forbiddenModules, signal }: ValidationContext,
): Promise<Validation> {
  const fault = await compositeFault(proposal, executor, signal);
  if (fault) return { task: fault, flags: [] };
  const calls = proposal.inputs.map((input) => `f(${input})`);
  const result = await executor.run(
    {
      program: proposal.program,
      calls: [...calls, ...calls.toReversed()],
      forbiddenModules,
      checkDeterminism: true,
    },
    signal,
  );
  return { task: judge(proposal, result), flags: result.flags };
}

function judge(proposal: Proposal, result: ProgramResult): Reading<ValidTask> {
  if (result.verdict !== "ok") {
    return rejected(result.verdict, errorText(result));
  }
  const count = proposal.inputs.length;
  const values = result.calls.flatMap((call) => (call.value ? [call.value] : []));
  if (values.length !== 2 * count) return rejected("worker-lost", "fewer results than calls");
  const first = values.slice(0, count);
  const again = values.slice(count).toReversed();
  const outputs: string[] = [];
  for (const [i, value] of first.entries()) {
    const comparable = keepable(value);
    if (!comparable.ok) return comparable;
    if (!pythonEquals(value, again[i] as PythonValue)) {
      return rejected("non-deterministic", `a second call of f(${proposal.inputs[i]}) gives another value`);
    }
    outputs.push(comparable.value);
  }
  if (first.every((value) => value.type === "None")) return rejected("returns-none", "f returns no value");
  return found({ ...proposal, outputs });
}

/** Type and message of the exception that ended a program or its first failing call; empty without one. */
export function errorText(result: ProgramResult): string {
  const error = result.error ?? result.calls.find((call) => call.error)?.error;
  return error ? `${error.type}: ${error.message}` : "";
}

/** The repr of a value that can serve as an expected output. */
function keepable(value: PythonValue): Reading<string> {
  const repr = pythonRepr(value);
  if (repr.length > MAX_OUTPUT) {
    return rejected("value-too-large", `${repr.length} characters, at most ${MAX_OUTPUT}`);
  }
  const back = parseLiteral(repr);
  if (!back || !pythonEquals(value, back)) {
    return rejected("not-comparable", "the value does not equal itself, so that no answer could be right");
  }
  return found(repr);
}
