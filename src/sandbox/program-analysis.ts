import * as v from "valibot";
import type { Executor, ProgramResult, Verdict } from "./executor.ts";
import source from "./inside/program_analysis.py" with { type: "text" };

const measure = v.pipe(v.number(), v.finite(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

const Facts = v.strictObject({
  /** Equal for programs that differ in layout, comments, docstrings, annotations and their own names at most. */
  fingerprint: hash,
  /** The same with constants masked: equal for programs of one shape. */
  skeleton: hash,
  /** 1 + decisions of the whole program. */
  cyclomatic: measure,
  halstead: v.strictObject({ volume: measure, difficulty: measure, effort: measure }),
  /** 1 - difflib's ratio of the trees, in [0, 1], for each reference that is Python. */
  distances: v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
});
const Answer = v.array(v.union([Facts, v.strictObject({ error: v.pipe(v.string(), v.maxLength(40)) })]));

export type ProgramFacts = v.InferOutput<typeof Facts>;

export interface AnalysisRequest {
  /** Python source. Hostile; parsed, never executed. */
  program: string;
  /** Programs that it is compared with. */
  references?: readonly string[];
}

/** The facts of a program, or why there are none. */
export type Analysis =
  | { ok: true; facts: ProgramFacts }
  | { ok: false; verdict: Exclude<Verdict, "ok">; detail: string };

/** Programs and characters, references included, that one job takes. */
const MOST_PROGRAMS = 64;
const MOST_CHARACTERS = 400_000;
const TIMEOUT_MS = 10_000;

/**
 * Parses programs with Python's `ast` inside the sandbox, many in one job, and executes none. In their order.
 * A program that brings its job down (a tree that bursts the parser, matching without end) loses only itself:
 * the others are analysed again without it. Rejects with the signal's reason when it is aborted.
 */
export async function analysePrograms(
  executor: Executor,
  requests: readonly AnalysisRequest[],
  signal?: AbortSignal,
): Promise<Analysis[]> {
  const batches: AnalysisRequest[][] = [];
  let characters = 0;
  for (const request of requests) {
    const size = (request.references ?? []).reduce((sum, text) => sum + text.length, request.program.length);
    const batch = batches.at(-1);
    if (!batch || batch.length >= MOST_PROGRAMS || characters + size > MOST_CHARACTERS) {
      batches.push([request]);
      characters = size;
    } else {
      batch.push(request);
      characters += size;
    }
  }
  const results = await Promise.all(batches.map((batch) => analyseBatch(executor, batch, signal)));
  return results.flat();
}

async function analyseBatch(
  executor: Executor,
  batch: readonly AnalysisRequest[],
  signal?: AbortSignal,
): Promise<Analysis[]> {
  const stdin = JSON.stringify(batch.map(({ program, references = [] }) => [program, references]));
  const job = { program: source, calls: ["answer()"], stdin, timeoutMs: TIMEOUT_MS };
  const result = await executor.run(job, signal);
  const answer = readAnswer(result, batch.length);
  if (answer) {
    return answer.map((item) =>
      "error" in item
        ? { ok: false, verdict: "syntax-error", detail: item.error }
        : { ok: true, facts: item },
    );
  }
  if (batch.length > 1) {
    const half = Math.ceil(batch.length / 2);
    const parts = [batch.slice(0, half), batch.slice(half)];
    return (await Promise.all(parts.map((part) => analyseBatch(executor, part, signal)))).flat();
  }
  const verdict = result.verdict === "ok" ? "sandbox-violation" : result.verdict;
  return [{ ok: false, verdict, detail: result.error?.message ?? "no answer of the analysis" }];
}

/** Undefined for anything that the analysis does not write. */
function readAnswer(result: ProgramResult, count: number): v.InferOutput<typeof Answer> | undefined {
  const value = result.calls[0]?.value;
  if (result.verdict !== "ok" || value?.type !== "str") return undefined;
  let json: unknown;
  try {
    json = JSON.parse(value.value);
  } catch {
    return undefined;
  }
  const answer = v.safeParse(Answer, json);
  return answer.success && answer.output.length === count ? answer.output : undefined;
}
