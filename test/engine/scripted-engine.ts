/**
 * An engine process with scripted parts, otherwise as main.ts: `bun scripted-engine.ts <runDir> [--resume [N]]`.
 * AZR_TEST_FAIL_AT_LOAD, AZR_TEST_FAIL_AT_STEP, AZR_TEST_WORKER_DIES_AT_STEP and AZR_TEST_DISK_FULL_AT_SAVE make it fail there;
 * AZR_TEST_LOAD_WAITS_FOR names a file that it waits for before it loads.
 */
import { runEngineMain } from "../../src/engine/engine-process.ts";
import { scriptedParts } from "./scripted-parts.ts";

const stepOf = (name: string) => Number(process.env[name] ?? 0);

await runEngineMain(process.argv.slice(2), () =>
  scriptedParts({
    loadWaitsFor: process.env.AZR_TEST_LOAD_WAITS_FOR ?? null,
    failAtLoad: stepOf("AZR_TEST_FAIL_AT_LOAD") > 0,
    failAtStep: stepOf("AZR_TEST_FAIL_AT_STEP"),
    workerDiesAtStep: stepOf("AZR_TEST_WORKER_DIES_AT_STEP"),
  }),
);
