import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { stream } from "../../src/random/stream.ts";
import { openSandbox } from "../../src/sandbox/open.ts";
import type { SandboxPool } from "../../src/sandbox/pool.ts";
import { analysePrograms } from "../../src/sandbox/program-analysis.ts";
import { pythonWith, run } from "../python-peers.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { randomProgram } from "./random-program.ts";

setDefaultTimeout(300_000);

let pool: SandboxPool;
beforeAll(async () => {
  pool = await openSandbox({ backend: "auto", workers: 2, timeout_ms: 20_000, memory_mb: 256 });
});
afterAll(() => pool[Symbol.asyncDispose]());

/** JSON of [complexity, volume, difficulty, effort] for each program of a JSON file. */
const RADON = `
import json, sys
from radon.complexity import cc_visit
from radon.metrics import h_visit
def measure(source):
    h = h_visit(source).total
    return [max(b.complexity for b in cc_visit(source)), h.volume, h.difficulty, h.effort]
print(json.dumps([measure(p) for p in json.load(open(sys.argv[1]))]))
`;

test("complexity and Halstead of 500 functions equal radon's", async () => {
  const programs = Array.from({ length: 500 }, (_, i) => randomProgram(stream(11, i)));
  const python = await pythonWith("radon==6.0.1");
  using folder = temporaryFolder();
  const file = join(folder.path, "programs.json");
  await Bun.write(file, JSON.stringify(programs));
  const theirs = JSON.parse(await run([python, "-c", RADON, file])) as number[][];
  const ours = await analysePrograms(
    pool,
    programs.map((program) => ({ program })),
  );
  for (const [i, analysis] of ours.entries()) {
    if (!analysis.ok) throw new Error(`${analysis.verdict}: ${programs[i]}`);
    const { cyclomatic, halstead } = analysis.facts;
    const [complexity = 0, volume = 0, difficulty = 0, effort = 0] = theirs[i] ?? [];
    expect(cyclomatic, programs[i]).toBe(complexity);
    expect(halstead.volume).toBeCloseTo(volume, 8);
    expect(halstead.difficulty).toBeCloseTo(difficulty, 8);
    expect(halstead.effort).toBeCloseTo(effort, 6);
  }
  // They differ: the comparison could fail.
  expect(new Set(theirs.map(([complexity]) => complexity)).size).toBeGreaterThan(8);
});
