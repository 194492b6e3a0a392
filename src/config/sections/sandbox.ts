import * as v from "valibot";
import { count, countOrZero, help } from "./fields.ts";

/** A day, milliseconds. */
export const MOST_TIMEOUT_MS = 86_400_000;

/**
 * MiB of address space that a program can be given. Python's own library loads from 24 on; a tebibyte is more than any
 * machine here has, and still a number that limits are made of.
 */
export const MEMORY_MB = { least: 32, most: 1 << 20 } as const;

export const Sandbox = v.strictObject({
  backend: v.optional(
    v.pipe(
      v.picklist(["auto", "firejail", "bwrap", "sandbox-exec", "unsafe-local"]),
      help(
        "auto takes the first that proves itself: firejail, then bwrap; on macOS sandbox-exec. unsafe-local needs --unsafe-local as well.",
      ),
    ),
    "auto",
  ),
  workers: v.optional(v.pipe(countOrZero, help("Warm single-use workers; 0 means two per core.")), 0),
  timeout_ms: v.optional(
    v.pipe(
      count,
      v.maxValue(MOST_TIMEOUT_MS),
      help(
        "Milliseconds that a program may compute, and that it may sleep; a day at most. By the clock it may take six times as long, and where the kernel counts how long it waits for its turn on a busy machine, up to twelve times.",
      ),
    ),
    5000,
  ),
  memory_mb: v.optional(
    v.pipe(
      count,
      v.minValue(MEMORY_MB.least),
      v.maxValue(MEMORY_MB.most),
      help("Address space per program, MiB; 32 at least, since Python's library needs 24."),
    ),
    1024,
  ),
});
