import type { Executor, ProgramResult } from "../../sandbox/executor.ts";
import { excerpt, type Proposal, type ValidTask } from "../proposal.ts";
import { found, type Reading, rejected } from "../rejection.ts";
import { errorText, type Validation, type ValidationContext } from "../validation.ts";
import { compositeFault } from "./composites.ts";
import { programProposal } from "./program-proposal.ts";
import { fails, right, type TaskKind } from "./task-kind.ts";

/** What a program that returns ends in. */
export const NO_ERROR = "NoError";

/** Infer the class of the exception that a call ends in, or NoError: the official code's code_e. */
export const errorDeduction: TaskKind = {
  ...programProposal("error-deduction"),
  seedsWith: ["error-deduction"],
  validate: validateOutcome,
  solvePrompt: (task, style, strategy) => style.solve("error-deduction", task, strategy),

  async grade(task, answer) {
    const name = readErrorName(answer);
    if (name === undefined) return fails("not-error-name", `no name of an exception: ${excerpt(answer)}`);
    const expected = task.outputs[0] ?? "";
    return name.toLowerCase() === expected.toLowerCase() ? right() : fails("wrong", `expected ${expected}`);
  },
};

/**
 * The class that an answer names, on one line: `ValueError`, `ValueError: a message`, `ValueError('...')`,
 * `json.JSONDecodeError`, in quotes or not. Undefined for anything else: words that begin with a name are none.
 */
export function readErrorName(answer: string): string | undefined {
  return /^["'`]?(?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)["'`]?(?:$|\.$|:.*$|\(.*$)/.exec(answer.trim())?.[1];
}

/**
 * Runs the call twice in each of two processes with different hash seeds; the outcome must be the same every
 * time. The program itself has to load: an error outside of `f` is no task.
 */
async function validateOutcome(
  proposal: Proposal,
  { executor, forbiddenModules, signal }: ValidationContext,
): Promise<Validation> {
  const fault = await compositeFault(proposal, executor, signal);
  if (fault) return { task: fault, flags: [] };
  const result = await runTwice(proposal, executor, forbiddenModules, signal);
  return { task: judge(proposal, result), flags: result.flags };
}

function runTwice(
  { program, inputs }: Proposal,
  executor: Executor,
  forbiddenModules: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ProgramResult> {
  const call = `f(${inputs[0]})`;
  const job = { program, calls: [call, call], forbiddenModules, checkDeterminism: "outcomes" } as const;
  return executor.run(job, signal);
}

function judge(proposal: Proposal, result: ProgramResult): Reading<ValidTask> {
  if (result.verdict === "ok") return found({ ...proposal, outputs: [NO_ERROR] });
  const [first, again] = result.calls;
  if (result.verdict !== "exception" || !first?.error) return rejected(result.verdict, errorText(result));
  const name = first.error.type;
  if (again?.error?.type !== name) {
    return rejected("non-deterministic", "a second call ends in another way");
  }
  if (!/^[A-Za-z_]\w*$/.test(name) || name.toLowerCase() === NO_ERROR.toLowerCase()) {
    return rejected("not-comparable", `no answer can name the exception's class: ${excerpt(name)}`);
  }
  return found({ ...proposal, outputs: [name] });
}
