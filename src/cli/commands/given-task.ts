import type { TaskType } from "../../config/task-type.ts";
import { ConfigError } from "../../errors/index.ts";
import type { Executor } from "../../sandbox/executor.ts";
import { parseLiteral, pythonRepr } from "../../sandbox/literals.ts";
import { readProblem } from "../../selfplay/problem.ts";
import { readProgram } from "../../selfplay/program.ts";
import { readInput, type ValidTask } from "../../selfplay/proposal.ts";
import { found, type Reading, rejected } from "../../selfplay/rejection.ts";
import { TASK_KINDS } from "../../selfplay/tasks/registry.ts";
import { errorText } from "../../selfplay/validation.ts";

/** A task as the options of a command give it. */
export interface GivenTask {
  /** Told by what is given when absent: error-deduction and mathematics are not. */
  type?: TaskType;
  program?: string;
  input?: string;
  output?: string;
  pair: string[];
  message?: string;
  /** Of mathematics, the problem and its number. */
  prompt?: string;
  answer?: string;
}

/** What each type is given as. */
const TAKES: Record<TaskType, string> = {
  deduction: "--program and --input",
  abduction: "--program and --output",
  induction: "--pair",
  "error-deduction": "--program and --input",
  mathematics: "--prompt and --answer",
};

/** What a program that does not run can be asked. */
const RUNS =
  "Give a program and an input with which f returns a value; --type error-deduction asks what it ends in otherwise.";

/**
 * The task that the options give; of a deduction the output is found by running it, of an error-deduction what it ends
 * in. A program that cannot be loaded is refused whatever is asked of it. It may import any module: the sandbox is what
 * contains it. Throws ConfigError.
 */
export async function readGivenTask(
  options: GivenTask,
  executor: Executor,
): Promise<{ type: TaskType; task: ValidTask }> {
  const given = await readOptions(options, executor);
  const { type } = options;
  if (type === undefined || type === given.type) return given;
  throw new ConfigError(`--type ${type} takes ${TAKES[type]}, and a task of ${given.type} is given.`, {
    mend: `Give ${TAKES[type]}, or leave --type out.`,
  });
}

async function readOptions(
  options: GivenTask,
  executor: Executor,
): Promise<{ type: TaskType; task: ValidTask }> {
  const { input, output, pair } = options;
  if (options.prompt !== undefined)
    return { type: "mathematics", task: readMathematics(options.prompt, options.answer) };
  if (options.program === undefined) {
    if (input !== undefined || output !== undefined)
      throw new ConfigError("--input and --output go with --program.", {
        mend: 'Examples of a function to be written are given as --pair "3 => 6".',
      });
    return { type: "induction", task: readPairs(pair, options.message ?? null) };
  }
  if ((input === undefined) === (output === undefined))
    throw new ConfigError("--program needs either --input or --output.", {
      mend: "Give what is known: the model finds the other.",
    });
  const program = needed("--program", readProgram(await readSource(options.program)));
  if (input === undefined) {
    // The solver is not told the input; its count of arguments chooses the worked examples.
    const unknown = /^def[ \t]+f[ \t]*\(\s*\w+\s*,/m.test(program) ? "None, None" : "None";
    const value = literal("--output", output ?? "");
    const loaded = await executor.run({ program, calls: [] });
    const runs = loaded.verdict === "ok" ? found(program) : rejected(loaded.verdict, errorText(loaded));
    needed("--program", runs, "Mend the program: it has to load before f is called.");
    return { type: "abduction", task: { program, inputs: [unknown], outputs: [value], message: null } };
  }
  const proposal = { program, inputs: [needed("--input", readInput(input))], message: null };
  const type = options.type === "error-deduction" ? "error-deduction" : "deduction";
  const { task } = await TASK_KINDS[type].validate(proposal, { executor, forbiddenModules: [] });
  return { type, task: needed("the program on this --input", task, type === "deduction" ? RUNS : undefined) };
}

function readMathematics(problem: string, answer: string | undefined): ValidTask {
  const mend = "Give the problem in words with --prompt, and its number with --answer.";
  const proposal = needed("--type mathematics", readProblem(problem, answer), mend);
  return { ...proposal, outputs: [proposal.answer ?? ""] };
}

/** The pairs twice: the solver is shown the first half of an induction and tested on the second. */
function readPairs(pairs: readonly string[], message: string | null): ValidTask {
  const read = pairs.map((pair) => {
    const at = pair.indexOf("=>");
    if (at < 0)
      throw new ConfigError(`--pair is "arguments => value", not "${pair}".`, {
        mend: 'For example: --pair "3 => 6", or --pair "[1, 2], 3 => [1, 2, 3]".',
      });
    const input = needed("--pair", readInput(pair.slice(0, at)));
    return { input, output: literal("--pair", pair.slice(at + 2)) };
  });
  const inputs = read.map(({ input }) => input);
  const outputs = read.map(({ output }) => output);
  return { program: "", inputs: [...inputs, ...inputs], outputs: [...outputs, ...outputs], message };
}

function literal(option: string, text: string): string {
  const value = parseLiteral(text.trim());
  if (value) return pythonRepr(value);
  throw new ConfigError(`${option}: "${text.trim()}" is not a Python literal.`, {
    mend: "Write a number, a quoted string, a list, a dict, True, False or None.",
  });
}

function needed<T>(
  option: string,
  reading: Reading<T>,
  mend = "A task is a Python program with a function f, and literals as its arguments.",
): T {
  if (reading.ok) return reading.value;
  const { reason, detail } = reading.rejection;
  throw new ConfigError(`${option}: ${reason}${detail && `: ${detail}`}`, { mend });
}

async function readSource(path: string): Promise<string> {
  if (path === "-") return await Bun.stdin.text();
  const file = Bun.file(path);
  if (await file.exists()) return await file.text();
  throw new ConfigError(`There is no file ${path}.`, { mend: "Name a file that exists, or - for stdin." });
}
