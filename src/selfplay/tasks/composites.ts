import type { TaskRecord } from "../../runs/records.ts";
import type { Executor } from "../../sandbox/executor.ts";
import { type PythonValue, pythonSource } from "../../sandbox/literals.ts";
import { readProgram } from "../program.ts";
import type { Proposal } from "../proposal.ts";
import { found, type Reading, rejected } from "../rejection.ts";
import analysis from "./composites.py" with { type: "text" };

/**
 * Composite functions (arXiv 2505.03335, appendix D.1): a new f that has to call earlier programs g_1 .. g_c.
 * Names are changed and calls are looked for in syntax trees, by a program of ours that runs in the sandbox.
 */
export interface GivenFunction {
  /** The task whose program it is. */
  id: number;
  /** `g_1`, `g_2`, ... */
  name: string;
  /** The program with its f renamed. */
  source: string;
}

/** Longest program that is given, characters: prompts and later programs hold it whole. */
const MAX_CHARACTERS = 2000;
/** Programs looked at in one job. */
const BATCH = 64;
const HAS_GIVEN_NAME = /\bg_\d/;

/** Whether a program may be given as it looks: composites themselves are not, nor anything that speaks of a g_1. */
export function mayBeGiven({ program }: Pick<TaskRecord, "program">): boolean {
  return program.length <= MAX_CHARACTERS && !HAS_GIVEN_NAME.test(program);
}

/** A program that can be renamed: its text around every place where f is named, and what its imports bind. */
export interface Renamable {
  pieces: readonly string[];
  imports: ReadonlyMap<string, string>;
}

/** What each program is when it can be renamed: imports and one function f, nothing that looks names up by text. */
export async function findRenamable(
  programs: Iterable<string>,
  executor: Executor,
  signal?: AbortSignal,
): Promise<Map<string, Renamable>> {
  const all = [...new Set(programs)];
  const renamable = new Map<string, Renamable>();
  for (let start = 0; start < all.length; start += BATCH) {
    const batch = all.slice(start, start + BATCH);
    const calls = batch.map((program) => `f('split', ${text(program)})`);
    const result = await executor.run({ program: analysis, calls }, signal);
    for (const [i, program] of batch.entries()) {
      const parts = readSplit(result.calls[i]?.value);
      if (parts) renamable.set(program, parts);
    }
  }
  return renamable;
}

/** The first `count` of the candidates that can be renamed and whose imports agree, under their new names. */
export function giveFunctions(
  candidates: readonly TaskRecord[],
  renamable: ReadonlyMap<string, Renamable>,
  count: number,
): GivenFunction[] {
  const given: GivenFunction[] = [];
  const imports = new Map<string, string>();
  for (const { id, program } of candidates) {
    const parts = given.length < count ? renamable.get(program) : undefined;
    if (!parts) continue;
    if ([...parts.imports].some(([name, from]) => (imports.get(name) ?? from) !== from)) continue;
    for (const [name, from] of parts.imports) imports.set(name, from);
    const name = `g_${given.length + 1}`;
    given.push({ id, name, source: parts.pieces.join(name) });
  }
  return given;
}

/** The proposal with the given functions before its program, which is how it is stored, run and put to solvers. */
export function withGiven(proposal: Proposal, given: readonly GivenFunction[]): Reading<Proposal> {
  const program = readProgram([...given.map(({ source }) => source), proposal.program].join("\n\n\n"));
  if (!program.ok) return program;
  const functions = given.map(({ name, source }) => ({ name, lines: source.split("\n").length }));
  return found({ ...proposal, program: program.value, given: functions });
}

/** Why a proposal with given functions is no composite of them; undefined when it is one, or has none. */
export async function compositeFault(
  { program, given = [] }: Proposal,
  executor: Executor,
  signal?: AbortSignal,
): Promise<ReturnType<typeof rejected> | undefined> {
  if (given.length === 0) return undefined;
  const names = given.map(({ name }) => text(name)).join(", ");
  // Two blank lines stand after each function.
  const lines = given.reduce((sum, each) => sum + each.lines + 2, 0);
  const call = `f('fault', ${text(program)}, [${names}], ${lines})`;
  const result = await executor.run({ program: analysis, calls: [call] }, signal);
  const value = result.calls[0]?.value;
  if (result.verdict !== "ok" || !value)
    return rejected(result.verdict === "ok" ? "worker-lost" : result.verdict);
  if (value.type !== "tuple") return undefined;
  const [reason, whose] = value.items;
  const said = strings(whose).join(", ");
  switch (reason?.type === "str" ? reason.value : "") {
    case "redefines-given":
      return rejected("redefines-given", `defined again: ${said}`);
    case "leaves-given-out":
      return rejected("leaves-given-out", `f does not call ${said}`);
    default:
      return rejected("wraps-given", `f only passes its arguments on to ${said}`);
  }
}

function readSplit(value: PythonValue | undefined): Renamable | undefined {
  if (value?.type !== "tuple" || value.items[1]?.type !== "dict") return undefined;
  const pieces = strings(value.items[0]);
  const imports = value.items[1].entries.flatMap(([name, from]) =>
    name.type === "str" && from.type === "str" ? [[name.value, from.value] as const] : [],
  );
  return pieces.length > 1 ? { pieces, imports: new Map(imports) } : undefined;
}

function strings(value: PythonValue | undefined): string[] {
  if (value?.type !== "list") return [];
  return value.items.flatMap((item) => (item.type === "str" ? [item.value] : []));
}

function text(value: string): string {
  return pythonSource({ type: "str", value });
}
