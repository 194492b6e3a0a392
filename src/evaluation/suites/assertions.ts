import { type PythonValue, pythonRepr, pythonSource } from "../../sandbox/literals.ts";
import { failure, type JudgeContext, type Judgement, RIGHT, wrong } from "../benchmark.ts";
import ASSERTIONS from "./assertions.py" with { type: "text" };
import { Memo } from "./memo.ts";
import { type Limits, solutionJob, timed, valuesOf } from "./solution.ts";

/** Tests as single assertions about functions that a solution defines. */
export interface Assertions {
  id: string;
  /** A program that defines what a solution must define. */
  reference: string;
  /** Runs after the solution, since it may use what that defines. */
  setup: string;
  /** `assert f(1) == 2`. */
  tests: readonly string[];
}

/** An assertion in two: expressions for the solution's process, and the assertion on their values. */
interface Part {
  sources: string[];
  assertion: string;
}

/** Wall clock of the trusted side, milliseconds. */
const TRUSTED_MS = 20_000;

/**
 * Judges solutions by assertions that no solution ever meets: the calls of its functions are evaluated beside it,
 * and the assertions on their values in a process without it. A solution can only choose what its functions return.
 */
export class AssertionSuites {
  readonly #parts = new Memo<Part[]>();
  readonly #verdicts = new Memo<Judgement>();

  constructor(private readonly limits: Limits) {}

  async judge(suite: Assertions, solution: string, context: JudgeContext): Promise<Judgement> {
    const { executor, signal } = context;
    const parts = await this.#parts.get(suite.id, () => split(suite, context));
    const program = `${solution}\n${suite.setup}\n`;
    const sources = parts.flatMap((part) => part.sources);
    const result = await executor.run(solutionJob(program, sources, this.limits), signal);
    const values = valuesOf(result, this.limits);
    if (!values) return failure(timed(result, this.limits));
    let at = 0;
    const lists = parts.map((part): PythonValue => {
      const items = values.slice(at, at + part.sources.length);
      at += items.length;
      return { type: "list", items };
    });
    const all: PythonValue = { type: "list", items: lists };
    return await this.#verdicts.get(`${suite.id} ${pythonRepr(all)}`, () =>
      check(suite, parts, all, context),
    );
  }
}

async function split(suite: Assertions, context: JudgeContext): Promise<Part[]> {
  const [value, reason] = await trusted(`split(${text(suite.reference)}, ${texts(suite.tests)})`, context);
  const parts = value?.type === "list" ? value.items.map(partOf) : [undefined];
  if (parts.every((part) => part !== undefined)) return parts;
  throw new Error(`the tests of ${suite.id} cannot be taken apart: ${reason}`);
}

function partOf(value: PythonValue): Part | undefined {
  const [sources, assertion] = value.type === "tuple" ? value.items : [];
  if (sources?.type !== "list" || assertion?.type !== "str") return undefined;
  return {
    sources: sources.items.flatMap((source) => (source.type === "str" ? [source.value] : [])),
    assertion: assertion.value,
  };
}

async function check(
  { reference, setup }: Assertions,
  parts: Part[],
  values: PythonValue,
  context: JudgeContext,
): Promise<Judgement> {
  const assertions = texts(parts.map((part) => part.assertion));
  const call = `check(${texts([reference, setup])}, ${assertions}, ${pythonSource(values)})`;
  const [value, reason] = await trusted(call, context);
  if (value?.type !== "str") return wrong(reason);
  return value.value === "" ? RIGHT : wrong(value.value);
}

/** One call of the trusted side: its value, or why there is none. */
async function trusted(
  call: string,
  { executor, signal }: JudgeContext,
): Promise<[PythonValue | undefined, string]> {
  const job = { program: ASSERTIONS, calls: [call], timeoutMs: TRUSTED_MS };
  const result = await executor.run(job, signal);
  return [result.calls[0]?.value, failure(result).error || result.verdict];
}

const text = (value: string): string => pythonSource({ type: "str", value });
const texts = (values: readonly string[]): string => `[${values.map(text).join(", ")}]`;
