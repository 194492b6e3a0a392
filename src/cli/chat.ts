import { createInterface } from "node:readline";
import type { GenerationRequest, Generator, Sample } from "../interfaces/generator.ts";
import type { ChatMessage, Tokenizer } from "../interfaces/tokenizer.ts";
import { GrowingText } from "./growing-text.ts";
import { say, shown, style } from "./terminal.ts";

export interface ChatOptions {
  system?: string;
  /** The first message, given on the command line. */
  first?: string;
  /** Everything of a request but its prompt; turn n draws from seed + n. */
  sampling: Omit<GenerationRequest, "prompt" | "samples">;
  contextLength: number;
  shown: (text: string) => string;
}

/** A conversation at the terminal, until /exit, the end of input, or Ctrl-C twice. Resolves to the exit code. */
export async function chat(
  generator: Generator,
  tokenizer: Tokenizer,
  options: ChatOptions,
): Promise<number> {
  const conversation = new Conversation(tokenizer, options.contextLength, options.system);
  say(style.dim("/reset forgets the conversation, /exit leaves; Ctrl-C ends an answer."));
  let next: Line | null = options.first === undefined ? null : { text: options.first };
  let interrupted = false;
  for (let turn = 0; ; ) {
    const line: Line = next ?? (await ask(shown(style.bold("> "), process.stderr)));
    next = null;
    if (line === "end") return 0;
    if (line === "interrupt") {
      if (interrupted) return 130;
      interrupted = true;
      say(style.dim("Ctrl-C again, or /exit, leaves."));
      continue;
    }
    interrupted = false;
    const { text } = line;
    if (text.trim() === "/exit") return 0;
    if (text.trim() === "/reset") {
      conversation.reset();
      say(style.dim("The conversation is forgotten."));
      continue;
    }
    if (text.trim() === "") continue;
    const prompt = conversation.say(text);
    if (!prompt) {
      say(
        `${style.red("error:")} This message is longer than the ${options.contextLength} tokens the model reads.`,
      );
      continue;
    }
    const { sample, aborted } = await answer(
      generator,
      { ...options.sampling, seed: options.sampling.seed + turn++, prompt, samples: 1 },
      options.shown,
    );
    conversation.answered(sample.text);
    if (aborted) say(style.dim("(ended)"));
    interrupted = aborted;
  }
}

type Line = { text: string } | "end" | "interrupt";

/** One line from the terminal. Closed in between, so that Ctrl-C during an answer is a signal. */
function ask(prompt: string): Promise<Line> {
  return new Promise((resolve) => {
    const input = createInterface({ input: process.stdin, output: process.stderr });
    const settle = (line: Line) => {
      resolve(line);
      input.close();
    };
    input.on("SIGINT", () => {
      process.stderr.write("\n");
      settle("interrupt");
    });
    input.on("close", () => resolve("end"));
    input.question(prompt, (text) => settle({ text }));
  });
}

/** Writes the answer as it comes; Ctrl-C ends it, a second one the process. */
async function answer(
  generator: Generator,
  request: GenerationRequest,
  shown: (text: string) => string,
): Promise<{ sample: Sample; aborted: boolean }> {
  const abort = new AbortController();
  const onSignal = () => (abort.signal.aborted ? process.exit(130) : abort.abort());
  process.on("SIGINT", onSignal);
  const text = new GrowingText(shown);
  try {
    const [samples] = await generator.generate([request], {
      signal: abort.signal,
      onProgress: ({ live }) => live && text.show(live.text),
    });
    const sample = samples?.[0] as Sample;
    text.end(sample.text);
    return { sample, aborted: abort.signal.aborted };
  } finally {
    process.off("SIGINT", onSignal);
  }
}

/** The messages so far, of which the oldest are forgotten when the model cannot read all. */
export class Conversation {
  #messages: ChatMessage[] = [];

  constructor(
    readonly tokenizer: Tokenizer,
    readonly contextLength: number,
    readonly system?: string,
  ) {}

  reset(): void {
    this.#messages = [];
  }

  /** The prompt that asks for an answer to this message; null, and nothing said, where it is too long by itself. */
  say(content: string): number[] | null {
    const said: ChatMessage[] = [...this.#messages, { role: "user", content }];
    for (let from = 0; from < said.length; from += 2) {
      const kept = said.slice(from);
      const prompt = this.tokenizer.encodeChat([...this.#opening(), ...kept]);
      // Half of the context at most is the past, as long as there is a past to forget.
      const most = kept.length > 1 ? this.contextLength / 2 : this.contextLength - 1;
      if (prompt.length > most) continue;
      this.#messages = kept;
      return prompt;
    }
    return null;
  }

  answered(content: string): void {
    this.#messages.push({ role: "assistant", content });
  }

  #opening(): ChatMessage[] {
    return this.system === undefined ? [] : [{ role: "system", content: this.system }];
  }
}
