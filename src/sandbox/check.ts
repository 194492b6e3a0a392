import type { Config } from "../config/schema.ts";
import type { Backend, BackendName } from "./backends/backend.ts";
import { platformBackends, prepare } from "./open.ts";
import { policyFrom } from "./policy.ts";
import { SandboxPool } from "./pool.ts";
import type { ProofLine } from "./proof.ts";

export interface BackendCheck {
  backend: BackendName;
  /** True when a worker proved itself and a program ran to the right value. */
  usable: boolean;
  /** What is missing or failed, in words; absent when usable. */
  failure?: string;
  /** What to do about it, where that is known. */
  mend?: string;
  proof: readonly ProofLine[];
  /** Milliseconds from nothing to a proven worker, and from hand-over to result (median of 10, warm). */
  startMs?: number;
  handOverMs?: number;
}

const HAND_OVERS = 10;

/** Tries this platform's backends one by one, in the order of `auto`: the facts behind `azr-tui sandbox check`. */
export async function checkSandbox(
  config: Config["sandbox"],
  backends: readonly Backend[] = platformBackends(),
): Promise<BackendCheck[]> {
  const checks: BackendCheck[] = [];
  for (const backend of backends) checks.push(await checkBackend(backend, config));
  return checks;
}

async function checkBackend(backend: Backend, config: Config["sandbox"]): Promise<BackendCheck> {
  const began = performance.now();
  const prepared = await prepare(backend, { ...policyFrom(config), workers: 2 });
  const startMs = performance.now() - began;
  if ("failure" in prepared) {
    return { backend: backend.name, usable: false, ...prepared };
  }
  await using pool = new SandboxPool(prepared.setup, prepared.first, prepared.release);
  const times: number[] = [];
  for (let i = 0; i < HAND_OVERS; i++) {
    await pool.warm();
    const handed = performance.now();
    const result = await pool.run({ program: "def f(x):\n    return x + 1", calls: ["f(41)"] });
    times.push(performance.now() - handed);
    const value = result.calls[0]?.value;
    if (value?.type !== "int" || value.value !== 42n) {
      const failure = `a program that adds one ended with ${result.verdict}.`;
      return { backend: backend.name, usable: false, failure, proof: pool.proof, startMs };
    }
  }
  const handOverMs = times.sort((a, b) => a - b)[HAND_OVERS / 2];
  return { backend: backend.name, usable: true, proof: pool.proof, startMs, handOverMs };
}
