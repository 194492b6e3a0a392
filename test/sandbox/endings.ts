/** Runs programs that end in every way under the backend that is named. */
import type { BackendName } from "../../src/sandbox/backends/backend.ts";
import { openSandbox } from "../../src/sandbox/open.ts";

const ENDINGS = [
  ["def f(x): return x", "ok"],
  ["def f(x):\n  while True: pass", "timeout"],
  ["import os\nos._exit(1)", "worker-lost"],
  ["raise ValueError", "exception"],
  ["print('x' * 3000000)", "output-limit"],
] as const;

const backend = process.argv[2] as BackendName;
await using pool = await openSandbox({ backend, workers: 2, timeout_ms: 30_000, memory_mb: 256 });
for (const [program, verdict] of ENDINGS) {
  const timeoutMs = verdict === "timeout" ? 300 : 30_000;
  const result = await pool.run({ program, calls: ["f(1)"], timeoutMs });
  if (result.verdict !== verdict) throw new Error(`${program}: ${result.verdict}, expected ${verdict}`);
}
