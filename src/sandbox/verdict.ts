import type { CallResult, ProgramError, ProgramJob, ProgramResult, Verdict } from "./executor.ts";
import { pythonSame } from "./literals.ts";
import { outputText } from "./output-text.ts";
import type { Policy } from "./policy.ts";
import type { WorkerOutcome } from "./worker.ts";

interface Ending {
  verdict: Verdict;
  error?: ProgramError;
  calls: CallResult[];
}

/**
 * What a job's process left behind, as a result. Total: whatever came, there is a verdict. A verdict rests on what the
 * host saw (its clock, the kernel's count of CPU time, the size of the output, bytes that no worker writes) or on what
 * the worker found before the program ran. Only ok, exception, memory-limit and unserialisable come from a process
 * that the program may have taken over: values of its own, and ways to fail that are open to every program anyway.
 */
export function resultOf(policy: Policy, outcome: WorkerOutcome): ProgramResult {
  const { ended, said } = outcome;
  const measured = {
    stdout: outputText(outcome.stdout.subarray(0, policy.outputBytes)),
    wallMs: outcome.wallMs,
    cpuMs: outcome.cpuMs,
    peakBytes: outcome.peakBytes,
  };
  const without = (verdict: Verdict, type: string, message: string): ProgramResult => ({
    verdict,
    error: { type, message },
    calls: [],
    flags: verdict === "sandbox-violation" ? [...said.flags, "violation"] : said.flags,
    ...measured,
  });
  switch (ended.kind) {
    case "said": {
      const ending = said.ending();
      if (ending) return { ...withLimit(policy, ending), flags: said.flags, ...measured };
      return without("worker-lost", "ProcessEnded", "the worker did not come to a result");
    }
    case "refused":
      return without("sandbox-violation", "ForgedFrame", ended.reason);
    case "timeout":
      return without("timeout", "Timeout", `not finished within the limit of ${outcome.timeoutMs} ms`);
    case "idle":
      return without("timeout", "Timeout", `slept or waited for ${outcome.idleLimitMs} ms`);
    case "output-limit":
      return without("output-limit", "OutputLimit", `more than ${policy.outputBytes} bytes of output`);
    case "cpu-limit":
      return without("cpu-limit", "CpuLimit", cpuMessage(outcome));
    case "memory-limit":
      return without("memory-limit", "MemoryLimit", `more than ${mebibytes(policy)} MiB of memory`);
    case "exited": {
      if (outcome.processCpuMs >= outcome.cpuLimitMs) {
        return without("cpu-limit", "CpuLimit", cpuMessage(outcome));
      }
      // Launchers turn a signal into 128 and its number, which a program can exit with too: it decides nothing.
      const message = `the program's process ended without a result, with exit code ${ended.code}`;
      return without("worker-lost", "ProcessEnded", message);
    }
  }
}

function cpuMessage({ cpuLimitMs }: WorkerOutcome): string {
  return `more than ${Math.round(cpuLimitMs / 100) / 10} s of CPU time`;
}

function mebibytes(policy: Policy): number {
  return Math.round((policy.memoryBytes / 2 ** 20) * 10) / 10;
}

/** A MemoryError of the kernel's limit has no message: the limit is named in its place. */
function withLimit(policy: Policy, ending: Ending): Ending {
  const named = <T extends { verdict: Verdict; error?: ProgramError }>(one: T): T =>
    one.verdict === "memory-limit" && one.error?.message === ""
      ? { ...one, error: { ...one.error, message: `more than ${mebibytes(policy)} MiB of memory` } }
      : one;
  return { ...named(ending), calls: ending.calls.map(named) };
}

/** Whether a job's determinism is still open after its first run: what failed by itself needs no second one. */
export function worthRepeating({ checkDeterminism }: ProgramJob, result: ProgramResult): boolean {
  if (!checkDeterminism) return false;
  if (result.verdict === "ok") return true;
  return checkDeterminism === "outcomes" && result.verdict === "exception" && result.calls.length > 0;
}

/** The second of two runs under different hash seeds, judged against the first, which was worth repeating. */
export function compareRuns(job: ProgramJob, first: ProgramResult, second: ProgramResult): ProgramResult {
  const total = {
    wallMs: first.wallMs + second.wallMs,
    cpuMs: first.cpuMs + second.cpuMs,
    peakBytes: Math.max(first.peakBytes, second.peakBytes),
    flags: [...new Set([...first.flags, ...second.flags])],
  };
  const exception = second.verdict === "exception" || second.verdict === "unserialisable";
  if (first.verdict === "exception") {
    if (second.verdict !== "exception" && second.verdict !== "ok") return { ...second, ...total };
    return sameOutcomes(first, second) ? { ...first, ...total } : { ...first, ...total, ...OTHER_OUTCOME };
  }
  if (second.verdict !== "ok" && !exception) return { ...second, ...total };
  const differs = first.calls.findIndex((call, i) => {
    const other = second.calls[i];
    return !(call.value && other?.value && pythonSame(call.value, other.value));
  });
  const printsOther = job.compareOutput === true && first.stdout !== second.stdout;
  if (differs < 0 && !exception && !printsOther) return { ...first, ...total };
  const calls = first.calls.map((call, i) =>
    i === differs ? { verdict: "non-deterministic" as const } : call,
  );
  const error = {
    type: "NonDeterministic",
    message: exception
      ? `a second run ended with ${second.error?.type ?? second.verdict}`
      : differs >= 0
        ? `call ${differs + 1} gave another value in a second run`
        : "the output was another in a second run",
  };
  return { ...first, ...total, verdict: "non-deterministic", error, calls };
}

const OTHER_OUTCOME = {
  verdict: "non-deterministic",
  error: { type: "NonDeterministic", message: "a second run ended in another way" },
} as const;

/** Whether every call of two runs returned, or raised an exception of the same class. */
function sameOutcomes(first: ProgramResult, second: ProgramResult): boolean {
  return first.calls.every((call, i) => {
    const other = second.calls[i];
    return other?.verdict === call.verdict && other.error?.type === call.error?.type;
  });
}
