import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { openSandbox } from "../../src/sandbox/open.ts";
import { descendants, processIds, processStatus } from "../../src/sandbox/process-table.ts";

const PROGRAMS = Number(process.env.AZR_ENDURANCE_PROGRAMS ?? 20_000);
const BATCH = 500;

const zombies = () => processIds().filter((pid) => processStatus(pid)?.get("State")?.startsWith("Z")).length;
const descriptors = () => readdirSync("/proc/self/fd").length;

test.each(["firejail", "bwrap"] as const)(
  `%s: ${PROGRAMS} programs in a row leave nothing behind`,
  async (backend) => {
    const pool = await openSandbox({ backend, workers: 4, timeout_ms: 30_000, memory_mb: 200 });
    const batch = async () => {
      const jobs = Array.from({ length: BATCH }, (_, i) => pool.run({ program: `x = ${i}`, calls: ["x"] }));
      const results = await Promise.all(jobs);
      expect(results.filter((result) => result.verdict !== "ok")).toEqual([]);
      await pool.warm();
      Bun.gc(true);
    };
    await batch();
    const before = { descriptors: descriptors(), zombies: zombies(), rss: process.memoryUsage().rss };
    for (let done = BATCH; done < PROGRAMS; done += BATCH) await batch();
    await Bun.sleep(1500);
    expect(descriptors() - before.descriptors).toBeLessThanOrEqual(8);
    expect(zombies() - before.zombies).toBeLessThanOrEqual(2);
    expect(process.memoryUsage().rss - before.rss).toBeLessThan(100 << 20);
    await pool[Symbol.asyncDispose]();
    expect(descendants(process.pid)).toEqual([]);
  },
  3_600_000,
);
