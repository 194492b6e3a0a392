import { availableParallelism } from "node:os";
import type { Config } from "../config/schema.ts";
import { MEMORY_MB } from "../config/sections/sandbox.ts";
import { ConfigError } from "../errors/index.ts";

/**
 * What one program may use. Threat model: every program is hostile. Covered: reading or writing the host's
 * files, its environment, network, other processes, fork bombs, memory, CPU, wall time, output, descriptors,
 * learning the expected answer, forging the frame protocol. Not covered: bugs of the kernel, of firejail and of
 * bubblewrap, and side channels such as timing.
 */
export interface Policy {
  /** What a job that names no limit may compute, and may sleep, milliseconds. */
  timeoutMs: number;
  /** What it may take by the clock, from the hand-over: on a busy machine a program waits for its turn. */
  clockMs: number;
  /**
   * CPU time of a process whose job names no limit, seconds, counted by the host. At least the wall-clock limit: a busy
   * loop is a timeout.
   */
  cpuSeconds: number;
  /** The most that a job may ask for, seconds. */
  mostCpuSeconds: number;
  /** Address space of a process, bytes. */
  memoryBytes: number;
  /** The host watches memory, resident in place of addressed: macOS refuses every limit on address space. */
  watchMemory: boolean;
  /** Captured standard output, bytes; more is an output-limit. */
  outputBytes: number;
  /** Open descriptors, and the largest file, bytes (nothing is writable anyway). */
  descriptors: number;
  fileBytes: number;
  /** Time for a worker to start, milliseconds. */
  startMs: number;
  /** Programs that are warm or running at one time. */
  workers: number;
  /** Programs that may wait for a worker; one more is refused. Who awaits `room` never comes near. */
  waiting: number;
}

const MIB = 1 << 20;
/** Work that six times as many programs share a core with as there are cores for still comes to its end. */
const CLOCK_SHARE = 6;
/** References of benchmarks take that long on a busy core. */
const MOST_CPU_SECONDS = 60;

/** Raises ConfigError for a memory limit that no program could run under, or that the kernel would not take. */
export function policyFrom(config: Config["sandbox"]): Policy {
  const { least, most } = MEMORY_MB;
  if (!Number.isInteger(config.memory_mb) || config.memory_mb < least || config.memory_mb > most) {
    throw new ConfigError(
      `sandbox.memory_mb is ${config.memory_mb}, expected whole MiB from ${least} to ${most}.`,
    );
  }
  return {
    timeoutMs: config.timeout_ms,
    clockMs: config.timeout_ms * CLOCK_SHARE,
    cpuSeconds: Math.max(10, Math.ceil(config.timeout_ms / 1000)),
    mostCpuSeconds: Math.max(MOST_CPU_SECONDS, Math.ceil(config.timeout_ms / 1000)),
    memoryBytes: config.memory_mb * MIB,
    watchMemory: process.platform === "darwin",
    outputBytes: MIB,
    descriptors: 32,
    fileBytes: 1,
    startMs: 10_000,
    workers: config.workers || 2 * availableParallelism(),
    waiting: 10_000,
  };
}

/** Address space beyond the program's own, so that a worker can still report that the limit was met. */
export const MEMORY_RESERVE_BYTES = 32 * MIB;
