import { type Command, InvalidArgumentError, Option } from "commander";
import { PROMPT_STYLE_NAMES, type PromptStyleName } from "../../config/prompt-style.ts";
import { temperatureOf } from "../../config/sample-temperature.ts";
import { STRATEGIES, type Strategy } from "../../config/strategy.ts";
import { TASK_TYPES, type TaskType } from "../../config/task-type.ts";
import { ConfigError } from "../../errors/index.ts";
import type { Executor } from "../../sandbox/executor.ts";
import type { SolveAttempt, Solved } from "../../selfplay/solve-task.ts";
import { temperature, wholeNumber, wholeNumberOrZero } from "../numbers.ts";
import { print, printJson, say, style } from "../terminal.ts";
import { addModelOptions, DEFAULT_CHAT_MODEL, type ModelChoice } from "./chosen-model.ts";
import { type GivenTask, readGivenTask } from "./given-task.ts";
import { openTaskModel } from "./task-model.ts";

interface SolveCommandOptions extends ModelChoice, GivenTask {
  test: string[];
  strategies?: Strategy[];
  style?: PromptStyleName;
  samples: number;
  maxTokens: number;
  temperature?: number;
  seed: number;
  json?: boolean;
}

/** What says that an answer is right. */
const HOW: Record<TaskType | "prompt", string> = {
  deduction: "the program's own output on this input",
  abduction: "running the program on the answer",
  induction: "running the answer on the pairs that were given, and on nothing else",
  "error-deduction": "what the program ends in on this input",
  mathematics: "the answer that was given",
  prompt: "the tests that were given",
};

/** `azr-tui solve`. */
export function registerSolve(program: Command): void {
  addModelOptions(
    program
      .command("solve")
      .description(
        "have a model solve a task or answer a prompt, by several strategies until one is verified",
      ),
  )
    .addOption(
      new Option("--type <type>", "type of the task (default: what the options below give)").choices(
        TASK_TYPES,
      ),
    )
    .option("--program <file>", "the task's Python program, with a function f; - reads standard input")
    .option("--input <arguments>", "f's arguments, such as \"3, 'a'\": the model finds the output")
    .option("--output <value>", "f's value: the model finds an input")
    .option("--pair <arguments => value>", "an example of f, repeatable: the model writes f", collect, [])
    .option("--message <text>", "with --pair: what f is for, in words")
    .option("--prompt <text>", "a free prompt, answered with a program; of --type mathematics the problem")
    .option("--answer <number>", "with --type mathematics: the right answer")
    .option("--test <assertion>", "with --prompt: what the program passes, repeatable", collect, [])
    .addOption(
      new Option(
        "--strategies <list>",
        `strategies in turn, separated by commas (default: ${STRATEGIES.join(",")}, as far as the prompts have them)`,
      ).argParser(strategyList),
    )
    .option("--adapter <directory>", "a LoRA adapter for the model")
    .addOption(
      new Option(
        "--style <style>",
        "prompts of tasks (default: the model's or run's own, else compact)",
      ).choices(PROMPT_STYLE_NAMES),
    )
    .option("-n, --samples <n>", "answers drawn under each strategy", wholeNumber, 1)
    .option("--max-tokens <n>", "most new tokens per answer", wholeNumber, 384)
    .option("--temperature <t>", "0 is greedy (default: 0; 0.8 with several answers)", temperature)
    .option("--seed <n>", "seed of the sampling", wholeNumberOrZero, 0)
    .option("--json", "the answer and every attempt as JSON")
    .addHelpText(
      "after",
      `
Verified means: the output is the program's own; the input gives the output when the program runs; the program
gives every pair that was shown; the error is what the program ends in; the number is --answer; the answer to a prompt
passes each --test. A prompt without --test is answered and not verified. Exit code 1 says that no attempt was verified.

Examples:
  azr-tui solve --program f.py --input "[3, 1, 2]"
  azr-tui solve --program f.py --output 12 --samples 4
  azr-tui solve --pair "3 => 6" --pair "5 => 10" --model demo-1
  azr-tui solve --type error-deduction --program f.py --input "[]" --model smollm2-135m
  azr-tui solve --type mathematics --prompt "What is half of 7?" --answer 3.5 --model smollm2-135m
  azr-tui solve --prompt "Write a Python function factorial(n)." --test "assert factorial(3) == 6"`,
    )
    .action((options: SolveCommandOptions, command: Command) => {
      // A free prompt is in words, unless a model is named that may know better.
      const unnamed = command.getOptionValueSource("model_path") !== "cli";
      const model_path = unnamed && options.prompt !== undefined ? DEFAULT_CHAT_MODEL : options.model_path;
      return solveCommand({ ...options, model_path });
    });
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

function strategyList(text: string): Strategy[] {
  return text.split(",").map((name) => {
    const strategy = STRATEGIES.find((one) => one === name.trim());
    if (!strategy) throw new InvalidArgumentError(`expected some of ${STRATEGIES.join(", ")}`);
    return strategy;
  });
}

async function solveCommand(options: SolveCommandOptions): Promise<void> {
  refuseContradictions(options);
  const { openSandbox } = await import("../../sandbox/open.ts");
  const { loadConfig } = await import("../../config/load.ts");
  await using executor = await openSandbox(loadConfig().sandbox);
  const { type, solved, title } = await solveChosen(options, executor);
  const how = HOW[type];
  if (options.json) {
    printJson({ type, verified_by: solved.verified ? how : null, ...solved });
  } else {
    const { stdoutText } = await import("../growing-text.ts");
    print((await stdoutText())(solved.answer ?? ""));
    say(
      style.dim(`${title}: ${solved.verified ? `verified by ${how} (${solved.strategy})` : "not verified"}`),
    );
  }
  const asked = type !== "prompt" || options.test.length > 0;
  if (asked && !solved.verified) process.exitCode = 1;
}

async function solveChosen(
  options: SolveCommandOptions,
  executor: Executor,
): Promise<{ type: keyof typeof HOW; solved: Solved; title: string }> {
  const { printable } = await import("../../tui/printable.ts");
  const { prompt, test: tests, strategies, samples, seed, maxTokens } = options;
  const warmth = temperatureOf(options);
  const onAttempt = ({ strategy, verdict, detail }: SolveAttempt) =>
    say(style.dim(printable(`${strategy}: ${verdict}${detail && ` (${detail})`}`)));
  const common = { executor, ...(strategies ? { strategies } : {}), samples, seed, onAttempt };
  if (prompt !== undefined && options.type !== "mathematics") {
    const { answerPrompt } = await import("../../selfplay/answer-prompt.ts");
    await using opened = await openTaskModel(options);
    const solved = await answerPrompt(opened.model, prompt, {
      ...common,
      tests,
      maxTokens,
      temperature: warmth,
    });
    return { type: "prompt", solved, title: opened.title };
  }
  // Before the model is loaded: a program that does not run is told at once.
  const { type, task } = await readGivenTask(options, executor);
  const { solveTask } = await import("../../selfplay/solve-task.ts");
  await using opened = await openTaskModel(options);
  const selfplay = {
    ...(opened.selfplay.prompt ? { prompt: opened.selfplay.prompt } : {}),
    ...(options.style ? { prompt: options.style } : {}),
    solve: { max_tokens: maxTokens, temperature: warmth },
  };
  const solved = await solveTask(opened.model, type, task, { ...common, selfplay });
  return { type, solved, title: opened.title };
}

function refuseContradictions(options: SolveCommandOptions): void {
  const { type, prompt, test, program, pair, message, answer } = options;
  const refuse = (text: string, mend: string) => {
    throw new ConfigError(text, { mend });
  };
  const ways = [prompt !== undefined, program !== undefined, pair.length > 0].filter(Boolean).length;
  if (ways === 0)
    refuse("solve needs a task.", "Give --program with --input or --output, --pair, or --prompt.");
  if (ways > 1) refuse("Several tasks are given.", "Give one of --program, --pair and --prompt.");
  if (answer !== undefined && type !== "mathematics")
    refuse("--answer goes with --type mathematics.", "Other answers are verified by running: leave it out.");
  if (type !== undefined && type !== "mathematics" && prompt !== undefined)
    refuse(`--prompt is no task of ${type}.`, "Leave --type out for a free prompt.");
  if (test.length > 0 && (prompt === undefined || type === "mathematics"))
    refuse("--test goes with --prompt.", "A task's answer is verified by running it: leave --test out.");
  if (message !== undefined && pair.length === 0) refuse("--message goes with --pair.", "Leave it out.");
}
