import type { Format } from "../../config/benchmark-name.ts";
import { ConfigError } from "../../errors/index.ts";
import type { Tokenizer } from "../../interfaces/tokenizer.ts";
import type { Benchmark, Problem } from "../benchmark.ts";

const ANSWER = "<answer>";
const ANSWER_END = "</answer>";

/** Token ids of a problem's prompt. Throws ConfigError for `chat` and a model without a chat template. */
export function promptTokens(tokenizer: Tokenizer, problem: Problem, format: Format): number[] {
  if (format === "raw") return tokenizer.encode(problem.prompt.trimEnd(), { prompt: true });
  if (format === "azr") return tokenizer.encode(conversation(problem.request), { prompt: true });
  if (!tokenizer.hasChatTemplate) {
    throw new ConfigError("This model has no chat template, so --format chat cannot be used.", {
      mend: "Give --format raw, or --format azr.",
    });
  }
  return tokenizer.encodeChat([{ role: "user", content: problem.request }]);
}

/** What ends generation, beside the model's own end tokens. */
export function stopStrings(benchmark: Benchmark, format: Format): readonly string[] {
  return { raw: benchmark.stop, chat: [], azr: [ANSWER_END] }[format];
}

/** A response without its thoughts: with `azr`, its last answer; what was never closed reaches to the end. */
export function withoutThoughts(text: string, format: Format): string {
  if (format === "raw") return text;
  const start = format === "azr" ? text.lastIndexOf(ANSWER) : -1;
  if (start >= 0) return (text.slice(start + ANSWER.length).split(ANSWER_END)[0] as string).trim();
  const thought = text.lastIndexOf("</think>");
  return (thought < 0 ? text : text.slice(thought + "</think>".length)).trim();
}

/** The conversation of self-play's full prompts, ready for the assistant's thoughts. */
function conversation(request: string): string {
  return `A conversation between User and Assistant. The User asks a question, and the Assistant solves it. \
The Assistant first thinks the question through and then gives the User the answer. The thoughts stand between \
<think> and </think> and the answer between <answer> and </answer>, like this: <think> thoughts </think> \
<answer> answer </answer>.

User: ${request}
Assistant: <think>`;
}
