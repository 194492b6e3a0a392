import { Template } from "@huggingface/jinja";
import { ConfigError, ModelLoadError } from "../errors/index.ts";
import type { ChatMessage } from "../interfaces/tokenizer.ts";
import type { Places } from "./added-tokens.ts";
import { strftime } from "./strftime.ts";
import { renderBounded, TemplateLimitError } from "./template-interpreter.ts";

/** A rendered conversation. */
export interface RenderedChat {
  text: string;
  /** Places inside control tokens that a message wrote: there they are text. */
  quoted: Places;
}

/**
 * A model's chat template (Jinja), given what transformers gives it. Control tokens that the template writes are
 * meant; the same characters inside a message are text, since a message may hold a program that the model wrote.
 */
export class ChatTemplate {
  readonly #source: string;
  #template: Template | undefined;
  readonly #namedTokens: Record<string, string>;
  readonly #control: RegExp | undefined;
  readonly #now: () => Date;

  /**
   * `controlTokens` are the texts of the special tokens; `namedTokens` are `bos_token`, `eos_token`. `now` tells
   * templates the date (`strftime_now`).
   */
  constructor(
    source: string,
    controlTokens: readonly string[],
    namedTokens: Record<string, string>,
    now: () => Date = () => new Date(),
  ) {
    this.#source = source;
    this.#namedTokens = namedTokens;
    this.#now = now;
    if (controlTokens.length > 0) {
      const longestFirst = [...controlTokens].sort((a, b) => b.length - a.length);
      this.#control = new RegExp(`(?=${longestFirst.map(RegExp.escape).join("|")}).`, "gsu");
    }
  }

  /**
   * The conversation as text, opened for the assistant's turn. Throws ConfigError where the template refuses it,
   * ModelLoadError where it is not valid Jinja.
   */
  render(messages: readonly ChatMessage[]): RenderedChat {
    const mark = unusedCharacter(messages);
    const control = this.#control;
    // A mark goes into every control token of a message, so that wherever the template puts the token or a part
    // of it, the place is known.
    const marked = messages.map((entry) => ({
      ...entry,
      content: control ? entry.content.replace(control, (first) => first + mark) : entry.content,
    }));
    return withoutMarks(this.#render(marked), mark);
  }

  /** Parsed when first needed: a model whose template cannot be read still takes plain text. */
  #parsed(): Template {
    try {
      this.#template ??= new Template(exactSource(this.#source));
      return this.#template;
    } catch (cause) {
      throw new ModelLoadError(`the model's chat template is not valid Jinja: ${message(cause)}`, {
        cause,
        mend: "Use plain text prompts with this model, or mend chat_template in its tokenizer files.",
      });
    }
  }

  #render(messages: readonly ChatMessage[]): string {
    const template = this.#parsed();
    const variables = {
      ...this.#namedTokens,
      messages,
      tools: null,
      documents: null,
      add_generation_prompt: true,
      strftime_now: (format: unknown) => strftime(this.#now(), String(format)),
    };
    try {
      return renderBounded(template.parsed, variables, allowance(messages));
    } catch (cause) {
      if (cause instanceof TemplateLimitError || cause instanceof RangeError) {
        throw new ConfigError(`the model's chat template was stopped: ${message(cause)}`, {
          cause,
          mend: "Use plain text prompts with this model, or mend chat_template in its tokenizer files.",
        });
      }
      throw new ConfigError(`the model's chat template refused the conversation: ${message(cause)}`, {
        cause,
        mend: "Many templates want user and assistant in turn, and some take no system message.",
      });
    }
  }
}

/**
 * The source in words that the library reads as Jinja does: every kind of line end is a newline, `{%+` and `+%}` keep
 * the white space on their side, and so do the tags of a `generation` block (it marks the assistant's words for
 * training and writes nothing itself).
 */
function exactSource(source: string): string {
  return source
    .replace(/\r\n?/g, "\n")
    .replace(/\{%([-+]?)\s*generation\s*([-+]?)%\}/g, "{%$1 if true $2%}")
    .replace(/\{%([-+]?)\s*endgeneration\s*([-+]?)%\}/g, "{%$1 endif $2%}")
    .replace(/^([ \t]+)\{%\+/gm, "{{ '$1' }}{%")
    .replaceAll("{%+", "{%")
    .replaceAll("+%}\n", "%}\n\n")
    .replaceAll("+%}", "%}");
}

/** Evaluations that an honest template stays far below: it may look at every message for every message. */
function allowance(messages: readonly ChatMessage[]): number {
  const characters = messages.reduce((sum, entry) => sum + entry.content.length, 0);
  return 200_000 + 100 * (messages.length ** 2 + characters);
}

function withoutMarks(marked: string, mark: string): RenderedChat {
  const parts = marked.split(mark);
  let length = 0;
  const quoted = parts.slice(0, -1).map((part) => {
    length += part.length;
    return length;
  });
  return { text: parts.join(""), quoted };
}

/** A character of the private use area that no message contains. */
function unusedCharacter(messages: readonly ChatMessage[]): string {
  for (let code = 0xe000; code <= 0xf8ff; code++) {
    const character = String.fromCharCode(code);
    if (!messages.some((entry) => entry.content.includes(character))) return character;
  }
  throw new ConfigError("the messages use every character of Unicode's private use area");
}

function message(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
