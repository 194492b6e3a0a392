#!/usr/bin/env bun
/**
 * Runs the attacks without a sandbox, one by one, inside namespaces that are thrown away, and prints those that do not
 * succeed, as JSON: an attack that cannot succeed there shows nothing when it is held. Those whose verdict alone is
 * judged are left out. Refuses to run where it is not the first process of a pid namespace.
 */
import { openSandbox } from "../../../src/sandbox/open.ts";
import { aim, attacks, success } from "./attacks.ts";
import { Target } from "./target.ts";

if (process.pid !== 1) throw new Error("the attacks run without a sandbox only in namespaces of their own");
using target = new Target();
const config = { backend: "unsafe-local", workers: 1, timeout_ms: 10_000, memory_mb: 400 } as const;
const pool = await openSandbox(config, { allowUnsafe: true });
target.appear();
const powerless: string[] = [];
const judgedByEscape = attacks.filter(({ verdicts }) => verdicts.length === 0);
for (const attack of judgedByEscape) {
  const job = { program: aim(attack, target.facts), calls: ["escaped"], stdin: "x" };
  const result = await pool.run(job);
  if (!success(attack, result) && target.isVictimAlive)
    powerless.push(`${attack.name} (${result.verdict}${result.error ? `: ${result.error.message}` : ""})`);
  if (!target.isVictimAlive) target.replaceVictim();
}
console.log(JSON.stringify({ attacks: judgedByEscape.length, powerless }));
process.exit(0);
