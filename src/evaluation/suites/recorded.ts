import { type PythonValue, pythonRepr, pythonSource } from "../../sandbox/literals.ts";
import { failure, type JudgeContext, type Judgement, RIGHT, wrong } from "../benchmark.ts";
import { Memo } from "./memo.ts";
import RECORDED from "./recorded.py" with { type: "text" };
import { type Limits, solutionJob, timed, truthOf, valuesOf } from "./solution.ts";

/** A test suite as a program: it defines `check(candidate)`, or calls the entry point as it runs. */
export interface RecordedSuite {
  id: string;
  /** A program that defines the entry point rightly, and what the suite needs beside it. */
  reference: string;
  test: string;
  entry: string;
}

/** Wall clock of the trusted side, milliseconds: it waits for nothing, but may share its core. */
const SUITE_MS = 20_000;

/** What a suite asks of the entry point, and why it cannot be used, or an empty string. */
interface Recording {
  calls: PythonValue[];
  broken: string;
}

/**
 * Judges solutions by suites that no solution ever meets. A first process runs the suite on the reference and
 * notes the calls that it makes; a second makes those calls to the solution; a third, without the solution, runs the
 * suite on the values that came back. A solution can only choose what its function returns.
 */
export class RecordedSuites {
  readonly #recordings = new Memo<Recording>();
  readonly #verdicts = new Memo<Judgement>();

  constructor(private readonly limits: Limits) {}

  async judge(suite: RecordedSuite, solution: string, context: JudgeContext): Promise<Judgement> {
    const { executor, signal } = context;
    const { calls, broken } = await this.#recordings.get(suite.id, () => record(suite, context));
    if (broken) return wrong(`the benchmark's own suite cannot be used: ${broken}`);
    const sources = calls.map((call) => sourceOf(call, suite.entry));
    const result = await executor.run(solutionJob(solution, sources, this.limits), signal);
    const values = valuesOf(result, this.limits);
    if (!values) return failure(timed(result, this.limits));
    const list: PythonValue = { type: "list", items: values };
    // Samples of a problem mostly return the same: such values are judged once.
    return await this.#verdicts.get(`${suite.id} ${pythonRepr(list)}`, () =>
      replay(suite, calls, list, context),
    );
  }
}

async function record(suite: RecordedSuite, context: JudgeContext): Promise<Recording> {
  const [value, reason] = await clean(`record(${textSources(suite)})`, context);
  const [calls, error] = value?.type === "tuple" ? value.items : [];
  if (calls?.type !== "list" || error?.type !== "str") return { calls: [], broken: reason };
  return { calls: calls.items, broken: error.value };
}

async function replay(
  suite: RecordedSuite,
  calls: PythonValue[],
  values: PythonValue,
  context: JudgeContext,
): Promise<Judgement> {
  const made = pythonSource({ type: "list", items: calls });
  const [value, reason] = await clean(
    `replay(${textSources(suite)}, ${made}, ${pythonSource(values)})`,
    context,
  );
  if (value?.type !== "str") return wrong(reason);
  return value.value === "" ? RIGHT : wrong(value.value);
}

/** One call of the trusted side: its value, or why there is none. */
async function clean(
  call: string,
  { executor, signal }: JudgeContext,
): Promise<[PythonValue | undefined, string]> {
  const result = await executor.run({ program: RECORDED, calls: [call], timeoutMs: SUITE_MS }, signal);
  return [result.calls[0]?.value, failure(result).error || result.verdict];
}

const textSources = ({ reference, test, entry }: RecordedSuite): string =>
  [reference, test, entry].map((value) => pythonSource({ type: "str", value })).join(", ");

/** A call as it was recorded: `f(*args, **named)` of literals; or whether its value is true, where no more is asked. */
function sourceOf(call: PythonValue, entry: string): string {
  const [args, named, truth] = call.type === "tuple" ? call.items : [];
  if (!args || !named) return entry;
  const keywords = named.type === "dict" && named.entries.length > 0 ? `, **${pythonSource(named)}` : "";
  const source = `${entry}(*${pythonSource(args)}${keywords})`;
  return truth?.type === "bool" && truth.value ? truthOf(source) : source;
}
