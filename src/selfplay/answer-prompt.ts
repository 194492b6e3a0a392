import type { Strategy } from "../config/strategy.ts";
import type { Sample } from "../interfaces/generator.ts";
import { deriveSeed } from "../random/stream.ts";
import type { Executor } from "../sandbox/executor.ts";
import { blocksOf } from "./prompts/full/blocks.ts";
import type { TaskModel } from "./proposers/propose-task.ts";
import { inTurn, type SolveAttempt, type Solved, type SolveOptions } from "./solve-task.ts";
import { errorText } from "./validation.ts";

export interface AnswerOptions extends Omit<SolveOptions, "selfplay"> {
  /** Python statements that a right answer's program passes, such as `assert f(3) == 6`. */
  tests: readonly string[];
  maxTokens?: number;
  temperature?: number;
}

/**
 * Has a model answer a free prompt with a program, by several strategies in turn until one passes every test.
 * Without tests nothing says what is right: then the first strategy's answer is given, and called not verified.
 */
export async function answerPrompt(
  model: TaskModel,
  question: string,
  options: AnswerOptions,
): Promise<Solved> {
  const { tests, executor, signal, seed = 0, maxTokens = 512, temperature = 0 } = options;
  const turns = tests.length > 0 ? {} : { strategies: (options.strategies ?? ["direct"]).slice(0, 1) };
  return await inTurn({ ...options, ...turns }, async (strategy, samples) => {
    const { prompt, opening, stop } = promptOf(model, question, strategy);
    const draw = { samples, maxTokens, temperature, stop, seed: deriveSeed(seed, "answer", strategy) };
    const [drawn = []] = await model.generator.generate([{ prompt, ...draw }], signal ? { signal } : {});
    return await Promise.all(
      drawn.map(async (sample: Sample): Promise<SolveAttempt> => {
        const program = programOf(opening + sample.text);
        using _place = await executor.room(signal);
        const own = program === null ? "" : await ownTests(program, sample.text, executor, signal);
        const verdict = await judge(program, tests, executor, signal);
        return {
          strategy,
          response: sample.text,
          answer: program ?? sample.text.trim(),
          verified: verdict.verdict === "ok",
          verdict: verdict.verdict,
          detail: [verdict.detail, own].filter(Boolean).join("; "),
        };
      }),
    );
  });
}

const ADVICE: Record<Exclude<Strategy, "direct">, string> = {
  "step-by-step": "First list the steps that the program takes, one a line. Then write the program.",
  "test-driven":
    "First write three tests for it, each a line `assert ...`. Then write a program that passes them.",
  "chain-of-thought": "First think about what is asked and about the special cases. Then write the program.",
};

/** Through the chat template where there is one; else as a text whose code block is begun. */
function promptOf(
  { tokenizer }: TaskModel,
  question: string,
  strategy: Strategy,
): { prompt: number[]; opening: string; stop: readonly string[] } {
  const asked = strategy === "direct" ? question : `${question}\n\n${ADVICE[strategy]}`;
  if (tokenizer.hasChatTemplate) {
    return { prompt: tokenizer.encodeChat([{ role: "user", content: asked }]), opening: "", stop: [] };
  }
  const opening = strategy === "direct" ? "```python\n" : "";
  const text = `### Task\n${asked}\n\n### Answer\n${opening}`;
  return { prompt: tokenizer.encode(text, { prompt: true }), opening, stop: ["\n### "] };
}

/** The last code block that defines something, or the last one; null where there is none. */
function programOf(text: string): string | null {
  const blocks = blocksOf(text, "python", "py");
  const program = blocks.findLast((block) => /^(?:def|class)\s/m.test(block)) ?? blocks.at(-1);
  return program === undefined ? null : program.replace(/^assert\b.*$/gm, "").trimEnd();
}

async function judge(
  program: string | null,
  tests: readonly string[],
  executor: Executor,
  signal: AbortSignal | undefined,
): Promise<{ verdict: string; detail: string }> {
  if (tests.length === 0) return { verdict: "not-verified", detail: "no tests were given" };
  if (program === null) return { verdict: "no-program", detail: "no ```python block" };
  for (const test of tests) {
    // In a function of its own, whose value says that its end was reached.
    const body = test.split("\n").map((line) => `    ${line}`);
    const source = `${program}\n\n\ndef given_test():\n${body.join("\n")}\n    return True\n`;
    const result = await executor.run({ program: source, calls: ["given_test()"] }, signal);
    const value = result.calls[0]?.value;
    if (result.verdict === "ok" && value?.type === "bool" && value.value) continue;
    return { verdict: "wrong", detail: `${test}: ${errorText(result) || result.verdict}` };
  }
  return { verdict: "ok", detail: `passes ${tests.length === 1 ? "the test" : `all ${tests.length} tests`}` };
}

const MOST_OWN = 8;

/** How many of the assertions that the model wrote itself hold; empty without any. */
async function ownTests(
  program: string,
  response: string,
  executor: Executor,
  signal: AbortSignal | undefined,
): Promise<string> {
  const calls = [...response.matchAll(/^assert[ \t]+(.+?)(?:,[ \t]*["'].*)?$/gm)]
    .map((match) => match[1] ?? "")
    .slice(0, MOST_OWN);
  if (calls.length === 0) return "";
  const result = await executor.run({ program, calls }, signal);
  const held = result.calls.filter(({ value }) => value?.type === "bool" && value.value).length;
  return `${held} of ${calls.length} tests that the model wrote itself hold`;
}
