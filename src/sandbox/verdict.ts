import type { ProgramJob, ProgramResult, Verdict } from "./executor.ts";
import { pythonSame } from "./literals.ts";
import type { Policy } from "./policy.ts";
import { decodeReport } from "./protocol.ts";
import type { WorkerOutcome } from "./worker.ts";

const SIGNAL_BASE = 128;
const SIGKILL = 9;
const SIGXCPU = 24;
const SIGSYS = 31;

/** What a job's process left behind, as a result. Total: whatever came, there is a verdict. */
export function resultOf(
  job: ProgramJob,
  nonce: string,
  policy: Policy,
  outcome: WorkerOutcome,
): ProgramResult {
  const { ended } = outcome;
  const measured = {
    stdout: new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      outcome.stdout.subarray(0, policy.outputBytes),
    ),
    wallMs: outcome.wallMs,
    cpuMs: outcome.cpuMs,
    peakBytes: outcome.peakBytes,
  };
  const without = (verdict: Verdict, type: string, message: string): ProgramResult => ({
    verdict,
    error: { type, message },
    calls: [],
    flags: verdict === "sandbox-violation" ? ["violation"] : [],
    ...measured,
  });
  switch (ended.kind) {
    case "frame": {
      const report = decodeReport(ended.frame, nonce, job.calls.length);
      if (!report) return without("sandbox-violation", "ForgedFrame", "a result frame that no worker writes");
      return { ...report, ...measured };
    }
    case "refused":
      return without("sandbox-violation", "ForgedFrame", ended.reason);
    case "timeout":
      return without("timeout", "Timeout", `not finished after ${Math.round(outcome.wallMs)} ms`);
    case "output-limit":
      return without("output-limit", "OutputLimit", `more than ${policy.outputBytes} bytes of output`);
    case "exited":
      return exitResult(ended.code, policy, outcome.wallMs, without);
  }
}

function exitResult(
  code: number,
  policy: Policy,
  wallMs: number,
  without: (verdict: Verdict, type: string, message: string) => ProgramResult,
): ProgramResult {
  const signal = code > SIGNAL_BASE ? code - SIGNAL_BASE : 0;
  const spentItsTime = wallMs >= policy.cpuSeconds * 900;
  if ((signal === SIGXCPU || signal === SIGKILL) && spentItsTime) {
    return without("cpu-limit", "CpuLimit", `more than ${policy.cpuSeconds} s of CPU time`);
  }
  if (signal === SIGSYS) {
    return without("sandbox-violation", "SystemCall", "killed for a system call that is not allowed");
  }
  const how = signal > 0 ? `killed by signal ${signal}` : `exited with code ${code}`;
  return without("worker-lost", "ProcessEnded", `the program's process ended without a result: ${how}`);
}

/** The second of two runs under different hash seeds, judged against the first; both ran to an ok. */
export function compareRuns(first: ProgramResult, second: ProgramResult): ProgramResult {
  const total = {
    wallMs: first.wallMs + second.wallMs,
    cpuMs: first.cpuMs + second.cpuMs,
    peakBytes: Math.max(first.peakBytes, second.peakBytes),
    flags: [...new Set([...first.flags, ...second.flags])],
  };
  const exception = second.verdict === "exception" || second.verdict === "unserialisable";
  if (second.verdict !== "ok" && !exception) return { ...second, ...total };
  const differs = first.calls.findIndex((call, i) => {
    const other = second.calls[i];
    return !(call.value && other?.value && pythonSame(call.value, other.value));
  });
  if (differs < 0 && !exception) return { ...first, ...total };
  const calls = first.calls.map((call, i) =>
    i === differs ? { verdict: "non-deterministic" as const } : call,
  );
  const error = {
    type: "NonDeterministic",
    message: exception
      ? `a second run ended with ${second.error?.type ?? second.verdict}`
      : `call ${differs + 1} gave another value in a second run`,
  };
  return { ...first, ...total, verdict: "non-deterministic", error, calls };
}
