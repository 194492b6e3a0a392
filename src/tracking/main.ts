#!/usr/bin/env bun
/** The tracker of a run at work, started beside its engine: `bun src/tracking/main.ts <runDir>`. */
import { AzrError } from "../errors/index.ts";
import { RunDirectory } from "../runs/run-directory.ts";
import { track } from "./track.ts";

const say = (line: string) => console.log(`${new Date().toISOString()} ${line}`);

const run = RunDirectory.open(process.argv[2] ?? "");
const abort = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => abort.abort());
const tracked = await track(run, run.config().tracking, { say, signal: abort.signal });
for (const { name, outcome } of tracked) {
  if ("steps" in outcome) {
    say(`${name}: ${outcome.steps} steps sent`);
    continue;
  }
  const { error } = outcome;
  say(`error: ${error.message}${error instanceof AzrError && error.mend ? ` ${error.mend}` : ""}`);
}
process.exit(tracked.some(({ outcome }) => "error" in outcome) ? 1 : 0);
