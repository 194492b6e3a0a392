import type { Command } from "commander";
import { ConfigError } from "../../errors/index.ts";
import type { Sample } from "../../interfaces/generator.ts";
import type { Tokenizer } from "../../interfaces/tokenizer.ts";
import { probability, temperature, wholeNumber, wholeNumberOrZero } from "../numbers.ts";
import { print, printJson, say, style } from "../terminal.ts";
import { addModelOptions, type ModelChoice, openChosenModel } from "./chosen-model.ts";

interface GenerateOptions extends ModelChoice {
  raw?: boolean;
  samples: number;
  maxTokens: number;
  temperature?: number;
  topP: number;
  seed: number;
  json?: boolean;
}

export function registerGenerate(program: Command): void {
  addModelOptions(
    program
      .command("generate")
      .description("answer a prompt with a model, as it is written")
      .argument("[prompt]", "the prompt; - or nothing reads it from standard input"),
  )
    .option("--raw", "continue the text itself instead of answering it through the chat template")
    .option("--samples <n>", "answers to draw", wholeNumber, 1)
    .option("--max-tokens <n>", "most new tokens per answer", wholeNumber, 512)
    .option("--temperature <t>", "0 is greedy (default: 0; 0.8 with several answers)", temperature)
    .option("--top-p <p>", "keep the smallest set of tokens with this much probability", probability, 1)
    .option("--seed <n>", "seed of the sampling", wholeNumberOrZero, 0)
    .option("--json", "the answers with their tokens and log-probabilities as JSON")
    .addHelpText(
      "after",
      `
Examples:
  azr-tui generate "Write a Python function that returns the factorial of a number."
  azr-tui generate --model demo-1 --raw "def factorial(n):"`,
    )
    .action(generate);
}

async function generate(argument: string | undefined, options: GenerateOptions): Promise<void> {
  const prompt = await readPrompt(argument);
  await using host = (await openChosenModel(options)).host;
  const { loadTokenizer } = await import("../../tokenizer/load.ts");
  const tokens = promptTokens(await loadTokenizer(host.info.path), prompt, options.raw ?? false);
  const room = host.info.contextLength - tokens.length;
  if (room < 1) {
    throw new ConfigError(
      `The prompt has ${tokens.length} tokens; ${host.info.name} reads ${host.info.contextLength}.`,
      { mend: "Give a shorter prompt." },
    );
  }
  // One answer is written out as it comes; several are printed when all have come.
  const live = !options.json && options.samples === 1;
  const shown = await stdoutText();
  const text = new GrowingText(shown);
  const abort = new AbortController();
  const onSignal = () => abort.abort();
  process.once("SIGINT", onSignal);
  const began = performance.now();
  const [samples = []] = await host.generate(
    [
      {
        prompt: tokens,
        samples: options.samples,
        maxTokens: Math.min(options.maxTokens, room),
        temperature: options.temperature ?? (options.samples > 1 ? 0.8 : 0),
        topP: options.topP,
        seed: options.seed,
      },
    ],
    {
      signal: abort.signal,
      onProgress: (progress) => live && progress.live && text.show(progress.live.text),
    },
  );
  process.off("SIGINT", onSignal);
  if (options.json) printJson(samples.map(plain));
  else if (live) text.end(samples[0]?.text ?? "");
  else
    for (const [index, { text, finish }] of samples.entries())
      print(`--- ${index + 1} (${finish})\n${shown(text)}`);
  sayFigures(samples, tokens.length, (performance.now() - began) / 1000);
  if (abort.signal.aborted) process.exitCode = 130;
}

const plain = ({ logProbabilities, ...sample }: Sample) => ({
  ...sample,
  log_probabilities: [...logProbabilities],
});

function sayFigures(samples: readonly Sample[], promptTokens: number, seconds: number): void {
  const written = samples.reduce((sum, sample) => sum + sample.tokens.length, 0);
  const cut = samples.some(({ finish }) => finish === "length") ? "; cut at --max-tokens" : "";
  const rate = (written / seconds).toFixed(1);
  say(
    style.dim(
      `${promptTokens} tokens read, ${written} written in ${seconds.toFixed(1)} s (${rate} tokens/s)${cut}`,
    ),
  );
}

async function readPrompt(argument: string | undefined): Promise<string> {
  if (argument !== undefined && argument !== "-") return argument;
  if (argument === undefined && process.stdin.isTTY) {
    throw new ConfigError("generate needs a prompt.", { mend: 'For example: azr-tui generate "Hello"' });
  }
  return await Bun.stdin.text();
}

function promptTokens(tokenizer: Tokenizer, prompt: string, raw: boolean): number[] {
  if (prompt.trim() === "") throw new ConfigError("The prompt is empty.", { mend: "Give a text." });
  return raw || !tokenizer.hasChatTemplate
    ? tokenizer.encode(prompt, { prompt: true })
    : tokenizer.encodeChat([{ role: "user", content: prompt }]);
}

/** How model text goes to stdout: into a terminal without control sequences, else as it is. */
async function stdoutText(): Promise<(text: string) => string> {
  if (!process.stdout.isTTY) return (text) => text;
  return (await import("../../tui/printable.ts")).printable;
}

/** Writes a text to stdout as it grows. */
class GrowingText {
  #written = "";

  constructor(readonly shown: (text: string) => string) {}

  show(whole: string): void {
    const text = this.shown(whole);
    if (!text.startsWith(this.#written)) return;
    process.stdout.write(text.slice(this.#written.length));
    this.#written = text;
  }

  end(text: string): void {
    this.show(text);
    process.stdout.write("\n");
  }
}
