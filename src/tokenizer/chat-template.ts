import { Template } from "@huggingface/jinja";
import { ConfigError, ModelLoadError } from "../errors/index.ts";
import type { ChatMessage } from "../interfaces/tokenizer.ts";

/** A stretch of rendered text, and whether control tokens written in it are meant. */
export interface Stretch {
  text: string;
  special: boolean;
}

/**
 * A model's chat template (Jinja). Control tokens that the template writes are meant; the same characters
 * inside a message are text, since a message may hold a program that the model wrote.
 */
export class ChatTemplate {
  readonly #template: Template;
  readonly #variables: Record<string, unknown>;
  readonly #control: RegExp | undefined;

  /** `controlTokens` are the texts of the special tokens; `variables` are bos_token, eos_token. Throws ModelLoadError. */
  constructor(source: string, controlTokens: readonly string[], variables: Record<string, unknown>) {
    try {
      this.#template = new Template(source);
    } catch (cause) {
      throw new ModelLoadError(`the model's chat template is not valid Jinja: ${message(cause)}`, {
        cause,
        mend: "Use plain text prompts with this model, or mend chat_template in its tokenizer files.",
      });
    }
    this.#variables = variables;
    this.#control =
      controlTokens.length === 0
        ? undefined
        : new RegExp(
            [...controlTokens]
              .sort((a, b) => b.length - a.length)
              .map((token) => token.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
              .join("|"),
            "g",
          );
  }

  /** The conversation as text, opened for the assistant's turn. Throws ConfigError where the template refuses it. */
  render(messages: readonly ChatMessage[]): Stretch[] {
    const mark = unusedCharacter(messages);
    const control = this.#control;
    // A control token inside a message goes between two marks; only what lies outside marks is parsed.
    const marked = messages.map((entry) => ({
      ...entry,
      content: control ? entry.content.replace(control, (token) => `${mark}${token}${mark}`) : entry.content,
    }));
    let text: string;
    try {
      text = this.#template.render({ ...this.#variables, messages: marked, add_generation_prompt: true });
    } catch (cause) {
      throw new ConfigError(`the model's chat template refused the conversation: ${message(cause)}`, {
        cause,
        mend: "Many templates want user and assistant in turn, and some take no system message.",
      });
    }
    return text
      .split(mark)
      .map((part, index) => ({ text: part, special: index % 2 === 0 }))
      .filter((stretch) => stretch.text.length > 0);
  }
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
