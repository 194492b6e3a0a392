#!/usr/bin/env bun
/** An engine to be killed: opens a pool, keeps a program running, and says so. Arguments: backend. */
import type { BackendName } from "../../src/sandbox/backends/backend.ts";
import { openSandbox } from "../../src/sandbox/open.ts";

const pool = await openSandbox({
  backend: process.argv[2] as BackendName,
  workers: 3,
  timeout_ms: 600_000,
  memory_mb: 200,
});
await pool.warm();
void pool.run({ program: "import time\ntime.sleep(600)", calls: [] });
await Bun.sleep(100);
console.log("ready");
await Bun.sleep(600_000);
