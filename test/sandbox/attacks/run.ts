#!/usr/bin/env bun
/**
 * Runs every attack on one backend and prints what was not held, as JSON. A program of its own, so that the same
 * attacks can be launched by root and by an ordinary user. Arguments: backend.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { BackendName } from "../../../src/sandbox/backends/backend.ts";
import { openSandbox } from "../../../src/sandbox/open.ts";
import { descendants } from "../../../src/sandbox/process-table.ts";
import { aim, attacks, success } from "./attacks.ts";
import { Target } from "./target.ts";

const backend = process.argv[2] as BackendName;
const target = new Target();

const descriptors = () => readdirSync("/proc/self/fd").length;
const systemV = () =>
  ["shm", "sem", "msg"]
    .map((kind) => readFileSync(`/proc/sysvipc/${kind}`, "utf8").split("\n").length)
    .join();
const before = { descriptors: descriptors(), systemV: systemV(), rss: process.memoryUsage().rss };

const failures: { attack: string; why: string }[] = [];
const verdicts: Record<string, number> = {};
{
  await using pool = await openSandbox({ backend, workers: 6, timeout_ms: 2000, memory_mb: 200 });
  await pool.warm();
  target.appear();
  await Promise.all(
    attacks.map(async (attack) => {
      // Where another limit than the clock must catch it, a busy machine gets the time that takes: a second of CPU time,
      // such as 200 MiB of pages, is twenty of the clock's where thirty processes want two cores.
      const patient = attack.verdicts.length > 0 && !attack.verdicts.includes("timeout");
      const job = { program: aim(attack, target.facts), calls: ["escaped"], stdin: "x" };
      const result = await pool.run(patient ? { ...job, timeoutMs: 90_000 } : job);
      verdicts[result.verdict] = (verdicts[result.verdict] ?? 0) + 1;
      const why = success(attack, result);
      if (why) failures.push({ attack: attack.name, why });
    }),
  );
}

const strangers = () => descendants(process.pid).filter((pid) => pid !== target.victim.pid);
for (let waited = 0; strangers().length > 0 && waited < 10_000; waited += 20) await Bun.sleep(20);
Bun.gc(true);

/** The host after it all: what has to be as it was. */
const traces: Record<string, boolean> = {
  "secret unchanged": target.isSecretUnchanged,
  "no connection": target.connections === 0,
  "victim alive": target.isVictimAlive,
  "no process left": strangers().length === 0,
  // The runtime keeps a few of its own once it has started a process.
  "no descriptor left": descriptors() - before.descriptors <= 8,
  "no shared memory left": systemV() === before.systemV,
  "memory bounded": process.memoryUsage().rss - before.rss < 200 << 20,
  "no file": !["/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/dev"].some((path) =>
    readdirSync(path).some((name) => /^azr-attack($|-\d|-link|-fifo)/.test(name)),
  ),
};
for (const [why, kept] of Object.entries(traces)) if (!kept) failures.push({ attack: "the host", why });
target[Symbol.dispose]();
console.log(JSON.stringify({ attacks: attacks.length, verdicts, failures }));
process.exit(0);
