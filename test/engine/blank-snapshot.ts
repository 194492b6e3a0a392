import type { Snapshot } from "../../src/engine/protocol.ts";

/** What an engine says of itself that has done nothing yet, on scripted parts. */
export function blankSnapshot(fields: Partial<Snapshot> = {}): Snapshot {
  return {
    state: "running",
    step: 0,
    totalSteps: 0,
    pid: 1,
    progress: null,
    generationRate: 0,
    updateRate: 0,
    sandbox: {
      backend: "scripted",
      running: 0,
      queued: 0,
      idle: 0,
      finished: 0,
      verdicts: {},
      latencyMs: null,
    },
    flags: {},
    memory: { active: 0, peak: 0, cache: 0, resident: 0 },
    etaMs: null,
    viewers: { names: [], driver: null },
    ...fields,
  };
}
