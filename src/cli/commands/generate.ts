import { type Command, InvalidArgumentError } from "commander";
import type { Sample } from "../../interfaces/generator.ts";
import { ProgressLine } from "../progress-line.ts";
import { print, printJson, say, style } from "../terminal.ts";
import { positive } from "./train.ts";

interface GenerateOptions {
  model: string;
  raw?: boolean;
  maxTokens: number;
  temperature: number;
  topP: number;
  samples: number;
  seed: number;
  json?: boolean;
}

export function number(low: number, high = Number.POSITIVE_INFINITY): (value: string) => number {
  return (value) => {
    const parsed = Number(value);
    if (value.trim() === "" || !(parsed >= low && parsed <= high)) {
      throw new InvalidArgumentError(
        `expected a number from ${low}${Number.isFinite(high) ? ` to ${high}` : " up"}.`,
      );
    }
    return parsed;
  };
}

export function registerGenerate(program: Command): void {
  program
    .command("generate")
    .description("answer a prompt with a model, as it is written")
    .argument("<prompt>", "the text; - reads it from standard input")
    .option("--model <model>", "known name, .gguf file, directory or repo id", "smollm2-135m")
    .option("--raw", "continue the text itself instead of answering it through the chat template")
    .option("--max-tokens <n>", "most new tokens", positive, 256)
    .option("--temperature <t>", "0 is greedy", number(0), 0)
    .option("--top-p <p>", "nucleus sampling", number(0, 1), 1)
    .option("--samples <n>", "answers to draw", positive, 1)
    .option("--seed <n>", "seed of the draws", number(0, 2 ** 31), 0)
    .option("--json", "the samples as JSON")
    .action(async (argument: string, options: GenerateOptions) => {
      const prompt = argument === "-" ? await Bun.stdin.text() : argument;
      const began = performance.now();
      // One sample is written out as it comes; several are printed when all have come.
      const live = !options.json && options.samples === 1;
      let shown = "";
      const samples = await draw(prompt, options, (text) => {
        if (!live || !text.startsWith(shown)) return;
        process.stdout.write(text.slice(shown.length));
        shown = text;
      });
      const seconds = (performance.now() - began) / 1000;
      if (options.json)
        return printJson(
          samples.map(({ logProbabilities, ...sample }) => ({
            ...sample,
            logProbabilities: [...logProbabilities],
          })),
        );
      if (live) print((samples[0]?.text ?? "").slice(shown.length));
      else
        for (const [index, sample] of samples.entries())
          print(`--- ${index + 1} (${sample.finish})\n${sample.text}`);
      const tokens = samples.reduce((sum, sample) => sum + sample.tokens.length, 0);
      say(style.dim(`${tokens} tokens in ${seconds.toFixed(1)} s, model loading included`));
    });
}

/** Samples of one prompt; `onText` hears what the first has written so far. Ctrl-C ends with what there is. */
async function draw(
  prompt: string,
  options: GenerateOptions,
  onText: (text: string) => void,
): Promise<Sample[]> {
  const [{ openModel }, { loadTokenizer }] = await Promise.all([
    import("../../engine/model-host.ts"),
    import("../../tokenizer/load.ts"),
  ]);
  const line = new ProgressLine();
  await using model = await openModel({
    source: options.model,
    onProgress: (progress) => {
      if (progress.done !== progress.total) line.update(progress);
    },
  });
  line.end();
  const tokenizer = await loadTokenizer(model.info.path);
  const abort = new AbortController();
  const interrupt = () => abort.abort(new Error("interrupted"));
  process.once("SIGINT", interrupt);
  try {
    const [samples = []] = await model.generate(
      [
        {
          prompt: options.raw
            ? tokenizer.encode(prompt)
            : tokenizer.encodeChat([{ role: "user", content: prompt }]),
          samples: options.samples,
          maxTokens: options.maxTokens,
          temperature: options.temperature,
          topP: options.topP,
          seed: options.seed,
        },
      ],
      { signal: abort.signal, onProgress: ({ live }) => live && onText(live.text) },
    );
    return samples;
  } finally {
    process.off("SIGINT", interrupt);
  }
}
