#!/usr/bin/env bun
/**
 * An engine to be killed: opens a pool, keeps a program running that ignores signals and has wiped its command
 * line, so that no mark in it leads there, and says so. Arguments: backend.
 */
import type { BackendName } from "../../src/sandbox/backends/backend.ts";
import { openSandbox } from "../../src/sandbox/open.ts";

const pool = await openSandbox({
  backend: process.argv[2] as BackendName,
  workers: 3,
  timeout_ms: 600_000,
  memory_mb: 200,
});
await pool.warm();
const program = `
import ctypes, signal, time
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
libc = ctypes.CDLL(None)
pointer = lambda name: ctypes.c_void_p.in_dll(libc, name).value
start, end = pointer("program_invocation_name"), ctypes.c_void_p.from_address(pointer("environ")).value
ctypes.memset(start, 0, end - start)
time.sleep(600)
`;
void pool.run({ program, calls: [] });
await Bun.sleep(400);
console.log("ready");
await Bun.sleep(600_000);
