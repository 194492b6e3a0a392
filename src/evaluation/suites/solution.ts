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
export const VALUE_CHARACTERS = 300_000;

/** Characters that each of so many values may take when they share alike. */
const shareOf = (values: number): number => Math.floor(VALUE_CHARACTERS / Math.max(1, values));

/**
 * Runs a solution and evaluates expressions in its namespace, each as a plain value. One of more characters than `most`
 * says of it comes as its fingerprint; without `most` they share alike.
 */
export function solutionJob(
  source: string,
  calls: readonly string[],
  limits: Limits,
  most: readonly number[] = [],
): ProgramJob {
  const share = shareOf(calls.length);
  return jobOf(
    source,
    calls.map((call, i) => `_azr_value(${call}\n, ${most[i] ?? share})`),
    limits,
  );
}

/** As `solutionJob`, for tuples of a value's size in characters and the value. */
export function sizedJob(source: string, calls: readonly string[], limits: Limits): ProgramJob {
  const share = shareOf(calls.length);
  return jobOf(
    source,
    calls.map((call) => `_azr_sized(${call}\n, ${share})`),
    limits,
  );
}

/** Values and sizes of a `sizedJob`; whole where none of them came as a fingerprint. */
export function sizedValues(values: readonly PythonValue[]): {
  values: PythonValue[];
  sizes: number[];
  whole: boolean;
} {
  const pairs = values.map((value) => (value.type === "tuple" ? value.items : []));
  const sizes = pairs.map(([size]) => (size?.type === "int" ? Number(size.value) : 0));
  const whole = sizes.every((size) => size <= shareOf(values.length));
  return { values: pairs.flatMap(([, value]) => (value ? [value] : [])), sizes, whole };
}

function jobOf(source: string, calls: string[], limits: Limits): ProgramJob {
  return {
    program: `${PLAIN}\n_azr_solution(${pythonSource({ type: "str", value: source })})\n`,
    calls,
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
