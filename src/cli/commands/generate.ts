import type { Command } from "commander";
import { temperatureOf } from "../../config/sample-temperature.ts";
import type { ModelHost } from "../../engine/model-host.ts";
import { ConfigError } from "../../errors/index.ts";
import type { GenerationRequest, Sample } from "../../interfaces/generator.ts";
import type { Tokenizer } from "../../interfaces/tokenizer.ts";
import { GrowingText, stdoutText } from "../growing-text.ts";
import { factor, probability, share, temperature, wholeNumber, wholeNumberOrZero } from "../numbers.ts";
import { print, printJson, say, style } from "../terminal.ts";
import { addModelOptions, DEFAULT_CHAT_MODEL, type ModelChoice, openChosenModel } from "./chosen-model.ts";

interface GenerateOptions extends ModelChoice {
  prompt?: string;
  chat?: boolean;
  system?: string;
  raw?: boolean;
  samples: number;
  maxTokens: number;
  temperature?: number;
  topP: number;
  topK: number;
  minP: number;
  repetitionPenalty: number;
  repetitionWindow: number;
  stop: string[];
  seed: number;
  json?: boolean;
}

export function registerGenerate(program: Command): void {
  addModelOptions(
    program
      .command("generate")
      .description("answer a prompt with a model, as it is written, or talk with it")
      .argument("[prompt]", "the prompt; - or nothing reads it from standard input"),
    DEFAULT_CHAT_MODEL,
  )
    .option("--adapter <directory>", "a LoRA adapter for the model, as training, models or mlx-lm write it")
    .option("--prompt <text>", "the prompt, in place of the argument")
    .option("--chat", "talk: several turns where the input is a terminal, else one answer")
    .option("--system <text>", "the system message")
    .option("--raw", "continue the text itself instead of answering it through the chat template")
    .option("-n, --samples <n>", "answers to draw", wholeNumber, 1)
    .option("--max-tokens <n>", "most new tokens per answer", wholeNumber, 512)
    .option("--temperature <t>", "0 is greedy (default: 0; 0.8 with several answers)", temperature)
    .option("--top-p <p>", "keep the smallest set of tokens with this much probability", probability, 1)
    .option("--top-k <k>", "keep the k most likely tokens; 0 keeps all", wholeNumberOrZero, 0)
    .option("--min-p <p>", "drop tokens less likely than this share of the likeliest one", share, 0)
    .option("--repetition-penalty <f>", "divide the logits of tokens that were there before", factor, 1)
    .option("--repetition-window <n>", "of the last n tokens; 0 of all", wholeNumberOrZero, 0)
    .option(
      "--stop <text>",
      "end an answer before this text (may be given again)",
      (text: string, all: string[]) => [...all, text],
      [],
    )
    .option("--seed <n>", "seed of the sampling", wholeNumberOrZero, 0)
    .option("--json", "the answers with their tokens and log-probabilities as JSON")
    .addHelpText(
      "after",
      `
Examples:
  azr-tui generate "Write a Python function that returns the factorial of a number."
  azr-tui generate --model demo-1 --raw "def factorial(n):"
  azr-tui generate --chat --system "Answer in one sentence."`,
    )
    .action(generate);
}

async function generate(argument: string | undefined, options: GenerateOptions): Promise<void> {
  refuseContradictions(argument, options);
  const given = argument ?? options.prompt;
  const talking = options.chat === true && process.stdin.isTTY === true && given !== "-";
  const prompt = talking ? given : await readPrompt(given);
  await using host = (await openChosenModel(options)).host;
  const { loadTokenizer } = await import("../../tokenizer/load.ts");
  const tokenizer = await loadTokenizer(host.info.path);
  if (talking) {
    const { chat } = await import("../chat.ts");
    process.exitCode = await chat(host, tokenizer, {
      ...(options.system === undefined ? {} : { system: options.system }),
      ...(prompt === undefined ? {} : { first: prompt }),
      sampling: sampling(options, options.temperature ?? 0.8),
      contextLength: host.info.contextLength,
      shown: await stdoutText(),
    });
  } else await answer(host, promptTokens(tokenizer, prompt ?? "", options), options);
}

function refuseContradictions(argument: string | undefined, options: GenerateOptions): void {
  const { chat, prompt, raw, samples, system, json, stop } = options;
  const refuse = (message: string, mend: string) => {
    throw new ConfigError(message, { mend });
  };
  if (argument !== undefined && prompt !== undefined) {
    refuse("The prompt is given twice.", "Leave the argument or --prompt out.");
  }
  if (raw && (chat || system !== undefined)) {
    refuse("--raw uses no chat template.", "Leave --raw out, or --chat and --system.");
  }
  if (chat && (samples > 1 || json)) refuse("--chat writes one answer a turn.", "Leave -n and --json out.");
  if (stop.includes("")) refuse("--stop is empty.", "Give the text that ends an answer.");
}

function sampling(options: GenerateOptions, warmth: number): Omit<GenerationRequest, "prompt" | "samples"> {
  const { maxTokens, topP, topK, minP, repetitionPenalty, repetitionWindow, stop, seed } = options;
  return {
    maxTokens,
    temperature: warmth,
    topP,
    topK,
    minP,
    repetitionPenalty,
    repetitionWindow,
    stop,
    seed,
  };
}

async function answer(host: ModelHost, prompt: number[], options: GenerateOptions): Promise<void> {
  if (prompt.length >= host.info.contextLength) {
    throw new ConfigError(
      `The prompt has ${prompt.length} tokens; ${host.info.name} reads ${host.info.contextLength}.`,
      { mend: "Give a shorter prompt." },
    );
  }
  // One answer is written out as it comes, several each as it ends.
  const live = !options.json && options.samples === 1;
  const shown = await stdoutText();
  const text = new GrowingText(shown);
  const abort = new AbortController();
  const onSignal = () => (abort.signal.aborted ? process.exit(130) : abort.abort());
  process.on("SIGINT", onSignal);
  const began = performance.now();
  const warmth = temperatureOf(options);
  const [samples = []] = await host.generate(
    [{ ...sampling(options, warmth), prompt, samples: options.samples }],
    {
      signal: abort.signal,
      onProgress: (progress) => live && progress.live && text.show(progress.live.text),
      onSample: (_request, index, sample) => {
        if (!live && !options.json) print(`--- ${index + 1} (${sample.finish})\n${shown(sample.text)}`);
      },
    },
  );
  process.off("SIGINT", onSignal);
  if (options.json) printJson(samples.map(plain));
  else if (live) text.end(samples[0]?.text ?? "");
  const limit =
    prompt.length + options.maxTokens > host.info.contextLength
      ? `the context of ${host.info.contextLength} tokens`
      : "--max-tokens";
  sayFigures(samples, { prompt: prompt.length, limit, seconds: (performance.now() - began) / 1000 });
  if (abort.signal.aborted) process.exitCode = 130;
}

const plain = ({
  logProbabilities,
  temperedLogProbabilities,
  samplingLogProbabilities,
  ...sample
}: Sample) => ({
  ...sample,
  log_probabilities: [...logProbabilities],
  tempered_log_probabilities: [...temperedLogProbabilities],
  sampling_log_probabilities: [...samplingLogProbabilities],
});

function sayFigures(
  samples: readonly Sample[],
  { prompt, limit, seconds }: { prompt: number; limit: string; seconds: number },
): void {
  const written = samples.reduce((sum, sample) => sum + sample.tokens.length, 0);
  const cut = samples.some(({ finish }) => finish === "length") ? `; cut at ${limit}` : "";
  const rate = (written / seconds).toFixed(1);
  const figures = `${prompt} tokens read, ${written} written in ${seconds.toFixed(1)} s (${rate} tokens/s)`;
  say(style.dim(figures + cut));
}

async function readPrompt(given: string | undefined): Promise<string> {
  if (given !== undefined && given !== "-") return given;
  if (given === undefined && process.stdin.isTTY) {
    throw new ConfigError("generate needs a prompt.", { mend: 'For example: azr-tui generate "Hello"' });
  }
  return await Bun.stdin.text();
}

function promptTokens(
  tokenizer: Tokenizer,
  prompt: string,
  { raw, chat, system }: GenerateOptions,
): number[] {
  if (prompt.trim() === "") throw new ConfigError("The prompt is empty.", { mend: "Give a text." });
  const plainText = raw || (!tokenizer.hasChatTemplate && !chat && system === undefined);
  if (plainText) return tokenizer.encode(prompt);
  return tokenizer.encodeChat([
    ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
    { role: "user", content: prompt },
  ]);
}
