import * as v from "valibot";
import { ModelLoadError } from "../../errors/index.ts";
import { type PythonValue, pythonEquals } from "../../sandbox/literals.ts";
import { failure, type JudgeContext, type Judgement, type Problem, RIGHT, wrong } from "../benchmark.ts";
import { mbppInputs } from "../evalplus-inputs.ts";
import { agrees, outputSource } from "../evalplus-oracle.ts";
import { parsePythonJson } from "../python-json.ts";
import { Memo } from "../suites/memo.ts";
import { callSource, type Limits, solutionJob, timed, valuesOf } from "../suites/solution.ts";

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

/** What the reference made of each input; the outputs stay on the host. */
type Expected = PythonValue[];

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
    if (!Array.isArray(expected)) return wrong(`the reference fails: ${expected.error}`);
    const attempt = async (count: number) => {
      const job = solutionJob(solution, calls.slice(0, count), this.limits);
      const result = timed(await context.executor.run(job, context.signal), this.limits);
      const right = inputs.slice(0, count).map((args, i) => {
        const out = result.verdict === "timeout" ? undefined : result.calls[i]?.value;
        return out !== undefined && this.#agrees(problem, args, out, expected[i] as PythonValue);
      });
      return { result, right };
    };
    const { result, right } = await attempt(inputs.length);
    const ofBase = async (count: number) => {
      const failedBefore = ["exception", "syntax-error"].includes(result.verdict);
      const came = result.verdict !== "timeout" && result.calls.length > 0;
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
  { executor, signal }: JudgeContext,
): Promise<Expected | Judgement> {
  const result = await executor.run(solutionJob(reference, calls, REFERENCE_LIMITS), signal);
  return valuesOf(result, REFERENCE_LIMITS) ?? failure(result);
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
