import type { ProgramJob, ProgramResult } from "../../sandbox/executor.ts";
import { type PythonValue, pythonSource } from "../../sandbox/literals.ts";
import PLAIN from "./plain.py" with { type: "text" };

/** Limits of one judging job, milliseconds. */
export interface Limits {
  /**
   * CPU time, as the kernel counts it: what the benchmark's own limit means on a free core. Programs here share
   * cores with generation, so the wall clock says little about them.
   */
  cpuMs: number;
  /** Wall clock, for programs that wait; several times the CPU time, which a busy machine gives slowly. */
  wallMs: number;
}

/** Characters that the values of one job may take together, well below what a worker can send. */
const VALUE_CHARACTERS = 300_000;

/** Runs a solution and evaluates expressions in its namespace, each as a plain value. */
export function solutionJob(source: string, calls: readonly string[], limits: Limits): ProgramJob {
  const most = Math.floor(VALUE_CHARACTERS / Math.max(1, calls.length));
  return {
    program: `${PLAIN}\n_azr_solution(${pythonSource({ type: "str", value: source })})\n`,
    calls: calls.map((call) => `_azr_value(${call}\n, ${most})`),
    timeoutMs: limits.wallMs,
    cpuMs: limits.cpuMs,
  };
}

/** The values of all calls, or undefined where one has none or the program took too long. */
export function valuesOf(result: ProgramResult, limits: Limits): PythonValue[] | undefined {
  if (result.verdict !== "ok" || result.cpuMs > limits.cpuMs) return undefined;
  return result.calls.flatMap(({ value }) => (value ? [value] : []));
}

/** As the result, but a program that took more CPU time than the benchmark gives has timed out, ended by it or not. */
export function timed(result: ProgramResult, limits: Limits): ProgramResult {
  const exceeded = result.verdict === "ok" && result.cpuMs > limits.cpuMs;
  if (!exceeded && result.verdict !== "cpu-limit") return result;
  const error = { type: "Timeout", message: `more than ${limits.cpuMs / 1000} s of CPU time` };
  return { ...result, verdict: "timeout", error };
}

/** `f(1, 'a')` of positional arguments. */
export function callSource(name: string, args: readonly PythonValue[]): string {
  return `${name}(${args.map(pythonSource).join(", ")})`;
}

/** Whether a value is true, for a test that asks no more: what it is need not be sent, such as a match. */
export const truthOf = (expression: string): string => `(True if ${expression} else False)`;
