#!/usr/bin/env bun
/**
 * Runs every attack on one backend and prints what was not held, as JSON. A program of its own, so that the same
 * attacks can be launched by root and by an ordinary user. Arguments: backend.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sandboxAccount } from "../../../src/sandbox/account.ts";
import type { BackendName } from "../../../src/sandbox/backends/backend.ts";
import { openSandbox } from "../../../src/sandbox/open.ts";
import { descendants } from "../../../src/sandbox/process-table.ts";
import { aim, attacks, success } from "./attacks.ts";

const backend = process.argv[2] as BackendName;
const directory = mkdtempSync(join(tmpdir(), "azr-attacks-"));
const secret = join(directory, "secret");
writeFileSync(secret, "the host's secret\n", { mode: 0o644 });
const VICTIM = "azr-attack-victim";

let connections = 0;
const socket = { open: () => void connections++, data: () => undefined };
using tcp = Bun.listen({ hostname: "127.0.0.1", port: 0, socket });
using unix = Bun.listen({ unix: join(directory, "socket"), socket });
using abstract = Bun.listen({ unix: `\0azr-attack-${process.pid}`, socket });
// Of the account that the programs run under: only the sandbox stands between.
const victim = Bun.spawn(["/bin/sh", "-c", `: ${VICTIM}; exec sleep 600`], { ...sandboxAccount() });

const facts = {
  SECRET: secret,
  SECRET_WORD: "azr-secret-word",
  PORT: String(tcp.port),
  SOCKET: unix.unix,
  ABSTRACT: abstract.unix.slice(1),
  PID: String(victim.pid),
  ENGINE: String(process.pid),
  VICTIM,
};
process.env.AZR_SECRET = facts.SECRET_WORD;

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
  await Promise.all(
    attacks.map(async (attack) => {
      // Where another limit than the clock must catch it, a slow machine gets the time that takes.
      const patient = attack.verdicts.length > 0 && !attack.verdicts.includes("timeout");
      const job = { program: aim(attack, facts), calls: ["escaped"], stdin: "x" };
      const result = await pool.run(patient ? { ...job, timeoutMs: 20_000 } : job);
      verdicts[result.verdict] = (verdicts[result.verdict] ?? 0) + 1;
      const why = success(attack, result);
      if (why) failures.push({ attack: attack.name, why });
    }),
  );
}

for (let waited = 0; descendants(process.pid).length > 1 && waited < 2000; waited += 20) await Bun.sleep(20);
Bun.gc(true);

/** The host after it all: what has to be as it was. */
const traces: Record<string, boolean> = {
  "secret unchanged": readFileSync(secret, "utf8") === "the host's secret\n",
  "no connection": connections === 0,
  "victim alive": existsSync(`/proc/${victim.pid}`) && victim.exitCode === null && victim.signalCode === null,
  "no process left": descendants(process.pid).join() === String(victim.pid),
  // The runtime keeps a few of its own once it has started a process.
  "no descriptor left": descriptors() - before.descriptors <= 8,
  "no shared memory left": systemV() === before.systemV,
  "memory bounded": process.memoryUsage().rss - before.rss < 200 << 20,
  "no file": !["/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/dev"].some((path) =>
    readdirSync(path).some((name) => /^azr-attack($|-\d|-link|-fifo)/.test(name)),
  ),
};
for (const [why, kept] of Object.entries(traces)) if (!kept) failures.push({ attack: "the host", why });
victim.kill();
rmSync(directory, { recursive: true, force: true });
console.log(JSON.stringify({ attacks: attacks.length, verdicts, failures }));
process.exit(0);
