import { ConfigError } from "../errors/index.ts";
import type { Example } from "../interfaces/example.ts";
import type { ChatMessage, Tokenizer } from "../interfaces/tokenizer.ts";
import type { Row } from "./row.ts";

/**
 * The tokens of a row and which of them the loss covers. Prompt and completion are encoded apart, as they are when
 * the model generates; a completion and a text end with the model's end token, so that it learns to stop. A chat ends
 * with its last assistant's turn; each assistant's turn is covered up to the token that ends it. Throws ConfigError
 * naming `where` for a chat whose template cannot be cut into turns.
 */
export function tokenize(
  tokenizer: Tokenizer,
  row: Row,
  options: { completionOnly: boolean; where: string },
): Example {
  const end = [...tokenizer.endTokens].slice(0, 1);
  switch (row.kind) {
    case "text": {
      const tokens = [...tokenizer.encode(row.text, { prompt: true }), ...end];
      return { tokens, covered: coverage(tokens.length, [[0, tokens.length]]) };
    }
    case "completion": {
      const prompt = tokenizer.encode(row.prompt, { prompt: true });
      const tokens = [...prompt, ...tokenizer.encode(row.completion), ...end];
      const begin = options.completionOnly ? prompt.length : 0;
      return { tokens, covered: coverage(tokens.length, [[begin, tokens.length]]) };
    }
    case "messages": {
      const { tokens, turns } = chat(tokenizer, row.messages, options.where);
      return {
        tokens,
        covered: coverage(tokens.length, options.completionOnly ? turns : [[0, tokens.length]]),
      };
    }
  }
}

type Span = [begin: number, end: number];

/** Nothing predicts the first token. */
function coverage(length: number, spans: readonly Span[]): Uint8Array {
  const covered = new Uint8Array(length);
  for (const [begin, end] of spans) covered.fill(1, Math.max(1, begin), end);
  return covered;
}

/** A conversation to the end of its last assistant's turn, and where the assistant's turns are. */
function chat(tokenizer: Tokenizer, messages: readonly ChatMessage[], where: string) {
  const turns: Span[] = [];
  let tokens: number[] = [];
  for (const [index, { role }] of messages.entries()) {
    if (role !== "assistant") continue;
    const before = tokenizer.encodeChat(messages.slice(0, index));
    const after = tokenizer.encodeChat(messages.slice(0, index + 1));
    const end = after.findIndex((token, at) => at >= before.length && tokenizer.endTokens.has(token));
    if (!isPrefix(before, after) || !isPrefix(tokens, before) || end < 0)
      throw new ConfigError(
        `${where}: messages: the model's chat template does not let the turn of message ${index + 1} stand apart`,
        { mend: "Give the row as prompt and completion, already in the model's format." },
      );
    turns.push([before.length, end + 1]);
    tokens = after.slice(0, end + 1);
  }
  return { tokens, turns };
}

function isPrefix(short: readonly number[], long: readonly number[]): boolean {
  return short.length <= long.length && short.every((token, i) => token === long[i]);
}
