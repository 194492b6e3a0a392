import * as v from "valibot";
import { ModelLoadError } from "../../errors/index.ts";
import type { ProgramResult } from "../../sandbox/executor.ts";
import { type PythonValue, pythonEquals } from "../../sandbox/literals.ts";
import { failure, type JudgeContext, type Judgement, type Problem, RIGHT, wrong } from "../benchmark.ts";
import { mbppInputs } from "../evalplus-inputs.ts";
import { agrees, outputSource } from "../evalplus-oracle.ts";
import { parsePythonJson } from "../python-json.ts";
import { type Batch, batchesOf } from "../suites/batches.ts";
import { Memo } from "../suites/memo.ts";
import {
  callSource,
  type Limits,
  sizedJob,
  sizedValues,
  solutionJob,
  timed,
  valuesOf,
} from "../suites/solution.ts";

/** EvalPlus (Liu et al., arXiv 2305.01210): inputs of old and many new tests; the reference gives the outputs. */
export const EvalPlusRecord = v.object({
  task_id: v.string(),
  prompt: v.string(),
  entry_point: v.string(),
  canonical_solution: v.string(),
  base_input: v.array(v.array(v.unknown())),
  plus_input: v.union([v.array(v.array(v.unknown())), v.strictObject({})]),
  atol: v.optional(v.number(), 0),
});

export interface EvalPlusProblem extends Problem {
  entryPoint: string;
  /** Inputs of the original tests; null where the data set does not tell them from the new ones. */
  base: readonly PythonValue[][] | null;
  plus: readonly PythonValue[][];
  tolerance: number;
}

/** What is right of a problem that is judged by what its reference gives. */
export function expectedText({ reference, base, plus }: EvalPlusProblem): string {
  return `# on ${(base?.length ?? 0) + plus.length} inputs, what this gives:\n${reference.replace(/^\n+/, "").trimEnd()}`;
}

/** What the reference made of each input, and which inputs are run together; the outputs stay on the host. */
interface Expected {
  outputs: PythonValue[];
  batches: Batch[];
}

/** The reference runs on a core that it shares. */
const REFERENCE_LIMITS: Limits = { cpuMs: 60_000, wallMs: 60_000 };

/** Judges by running a solution on all inputs and comparing with the reference's outputs, on the host. */
export class EvalPlusJudge {
  readonly #expected = new Memo<Expected | Judgement>();

  constructor(
    private readonly dataset: "humaneval" | "mbpp",
    private readonly limits: Limits,
  ) {}

  async judge(
    problem: EvalPlusProblem,
    reference: string,
    solution: string,
    context: JudgeContext,
  ): Promise<Judgement> {
    const { base, plus, entryPoint } = problem;
    const inputs = [...(base ?? []), ...plus];
    const calls = inputs.map((args) => outputSource(this.dataset, entryPoint, callSource(entryPoint, args)));
    const expected = await this.#expected.get(problem.id, () => expectedOf(reference, calls, context));
    if (!("outputs" in expected)) return wrong(`the reference fails: ${expected.error}`);
    const attempt = async (count: number) => {
      const result = await runBatches(
        solution,
        calls.slice(0, count),
        expected.batches,
        this.limits,
        context,
      );
      const right = inputs.slice(0, count).map((args, i) => {
        const out = result.verdict === "timeout" ? undefined : result.calls[i]?.value;
        return out !== undefined && this.#agrees(problem, args, out, expected.outputs[i] as PythonValue);
      });
      return { result, right };
    };
    const { result, right } = await attempt(inputs.length);
    const ofBase = async (count: number) => {
      const failedBefore = ["exception", "syntax-error"].includes(result.verdict);
      const came = result.verdict !== "timeout" && result.calls.length >= count;
      // Where nothing came back a new input may be to blame: the original tests are judged without it.
      const alone = came || failedBefore ? right : (await attempt(count)).right;
      return alone.slice(0, count).every(Boolean);
    };
    const aspects = base ? { aspects: { base: await ofBase(base.length) } } : {};
    if (right.every(Boolean)) return { ...RIGHT, ...aspects };
    if (valuesOf(result, this.limits) === undefined) return { ...failure(result), ...aspects };
    return { ...wrong(`wrong on ${calls[right.indexOf(false)]}`), ...aspects };
  }

  #agrees(problem: EvalPlusProblem, args: readonly PythonValue[], out: PythonValue, expected: PythonValue) {
    const { entryPoint, tolerance } = problem;
    return agrees({ dataset: this.dataset, entryPoint, tolerance, args, out, expected });
  }
}

async function expectedOf(
  reference: string,
  calls: readonly string[],
  context: JudgeContext,
): Promise<Expected | Judgement> {
  const { executor, signal } = context;
  const first = await executor.run(sizedJob(reference, calls, REFERENCE_LIMITS), signal);
  const found = valuesOf(first, REFERENCE_LIMITS);
  if (!found) return failure(first);
  const { values, sizes, whole } = sizedValues(found);
  const batches = batchesOf(calls, sizes);
  if (whole) return { outputs: values, batches };
  const result = await runBatches(reference, calls, batches, REFERENCE_LIMITS, context);
  const outputs = valuesOf(result, REFERENCE_LIMITS);
  return outputs ? { outputs, batches } : failure(result);
}

/**
 * Makes the calls batch by batch, up to one that the program does not come back from. The result has all of their calls
 * and the CPU time of all, and otherwise is the first that is not ok.
 */
async function runBatches(
  source: string,
  calls: readonly string[],
  batches: readonly Batch[],
  limits: Limits,
  { executor, signal }: JudgeContext,
): Promise<ProgramResult> {
  const results: ProgramResult[] = [];
  for (const { first, most } of batches) {
    if (first >= calls.length) break;
    const job = solutionJob(source, calls.slice(first, first + most.length), limits, most);
    const result = await executor.run(job, signal);
    results.push(result);
    const cpuMs = results.reduce((sum, one) => sum + one.cpuMs, 0);
    if (result.calls.length === 0 || cpuMs > limits.cpuMs) break;
  }
  const notOk = results.find(({ verdict }) => verdict !== "ok") ?? results.at(-1);
  if (!notOk) throw new Error("a problem without inputs");
  return timed(
    {
      ...notOk,
      calls: results.flatMap((result) => result.calls),
      cpuMs: results.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    },
    limits,
  );
}

/** The inputs of a record as Python values. `line` is the record's JSON, whose numbers say what type they are. */
export function inputsOf(
  line: string,
  field: "base_input" | "plus_input",
  place: string,
  mbppTask?: number,
): PythonValue[][] {
  const record = parsePythonJson(line);
  const key: PythonValue = { type: "str", value: field };
  const found = record.type === "dict" ? record.entries.find(([name]) => pythonEquals(name, key)) : undefined;
  const list = found?.[1];
  // An absent list of new tests is written as {}.
  if (list?.type === "dict" && list.entries.length === 0) return [];
  if (list?.type !== "list") {
    throw new ModelLoadError(`${place}: field ${field}: expected a list of argument lists.`);
  }
  return list.items.map((item, i) => {
    if (item.type !== "list") {
      throw new ModelLoadError(`${place}: field ${field}.${i}: expected a list of arguments.`);
    }
    return mbppTask === undefined ? item.items : mbppInputs(mbppTask, item.items);
  });
}
