import { fileURLToPath } from "node:url";
import { stream } from "../../src/random/stream.ts";
import { isHeldOut } from "../../src/selfplay/held-out.ts";
import { drawProgram, type Program, sourceOf } from "./program.ts";
import { drawInput } from "./values.ts";

/** A program with calls that it is known to answer. */
export interface Task {
  program: Program;
  /** As a function f. */
  source: string;
  /** INPUTS different ones. */
  inputs: string[];
  /** Python repr of the value for each input. */
  outputs: string[];
  /** How the value of each input comes about, operation by operation. */
  steps: Step[][];
}

/** An operation on plain values and what it gives, Python source: `[3, 1] + [4]` and `[3, 1, 4]`. */
export type Step = readonly [operation: string, value: string];

/** Inputs of a task: as many as an induction task has. */
export const INPUTS = 4;
/** Inputs tried for a program. */
const TRIED = 7;
/** Longest output, characters. */
const LONGEST = 40;
/** Share of program texts, by hash, that are never trained on. */
export const HELD_OUT = 0.1;

/**
 * Tasks number `first` and the following `count` of a seed, those left out whose program is held out (or is not,
 * with `heldOut`) or fails. What the programs give is found by Python itself: they are this generator's own text, so a
 * plain process runs them.
 */
export async function makeTasks(
  seed: number,
  first: number,
  count: number,
  { heldOut = false } = {},
): Promise<Task[]> {
  const drawn = Array.from({ length: count }, (_, i) => {
    const random = stream(seed, "tiny", heldOut ? "held out" : "task", first + i);
    const program = drawProgram(random);
    const inputs = new Set<string>();
    for (let tries = 0; tries < 3 * TRIED && inputs.size < TRIED; tries++)
      inputs.add(drawInput(random, program.arguments));
    return { program, source: sourceOf(program), inputs: [...inputs] };
  }).filter(({ source }) => isHeldOut(source, HELD_OUT) === heldOut);
  const calls = await run(drawn.map(({ source, inputs }) => [source, inputs]));
  return drawn.flatMap(({ program, source, inputs }, i) => {
    const known = inputs.flatMap((input, j) => {
      const call = calls[i]?.[j];
      return call && call.value.length <= LONGEST ? [{ input, ...call }] : [];
    });
    if (known.length < INPUTS) return [];
    const kept = known.slice(0, INPUTS);
    const task = {
      program,
      source,
      inputs: kept.map(({ input }) => input),
      outputs: kept.map(({ value }) => value),
      steps: kept.map(({ steps }) => steps),
    };
    return [task];
  });
}

/** What a call gives, as Python's repr, and the steps to it. */
interface Call {
  value: string;
  steps: Step[];
}

/** Of each call; null where it raises. */
async function run(
  jobs: readonly (readonly [source: string, inputs: string[]])[],
): Promise<(Call | null)[][]> {
  const script = fileURLToPath(new URL("./execute.py", import.meta.url));
  const python = Bun.spawn(["python3", "-I", script], {
    stdin: new Blob([JSON.stringify(jobs)]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [text, errors, code] = await Promise.all([
    new Response(python.stdout).text(),
    new Response(python.stderr).text(),
    python.exited,
  ]);
  if (code !== 0) throw new Error(`python3 ended with ${code}: ${errors.slice(-500)}`);
  return JSON.parse(text) as (Call | null)[][];
}
