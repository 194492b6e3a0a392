import * as v from "valibot";
import { ConfigError } from "../errors/index.ts";
import type { ChatMessage } from "../interfaces/tokenizer.ts";

/** One row of a data file. */
export type Row =
  | { kind: "completion"; prompt: string; completion: string }
  | { kind: "messages"; messages: ChatMessage[] }
  | { kind: "text"; text: string };

const words = v.pipe(v.string(), v.minLength(1));
const Message = v.object({ role: v.picklist(["system", "user", "assistant"]), content: v.string() });
const SHAPES = {
  messages: v.object({ messages: v.pipe(v.array(Message), v.minLength(1)) }),
  completion: v.object({ prompt: words, completion: words }),
  text: v.object({ text: words }),
};

/** A row from one line of JSON; other keys are ignored. Throws ConfigError naming `where` and the field. */
export function parseRow(line: string, where: string): Row {
  const value = jsonOf(line, where);
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isRecord) throw wrong(`${where}: expected an object, got ${line.slice(0, 40)}`);
  for (const kind of ["messages", "completion", "text"] as const) {
    if (!(kind in value)) continue;
    const parsed = v.safeParse(SHAPES[kind], value);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      const field = v.getDotPath(issue) ?? kind;
      throw wrong(`${where}: ${field}: expected ${issue.expected ?? "text"}, got ${issue.received}`);
    }
    const row = { kind, ...parsed.output } as Row;
    if (row.kind === "messages" && !row.messages.some(({ role }) => role === "assistant"))
      throw wrong(`${where}: messages: expected a turn of the assistant, which is what is learnt`);
    return row;
  }
  throw wrong(
    `${where}: expected completion, messages or text, got ${Object.keys(value).join(", ") || "no field"}`,
  );
}

function jsonOf(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw wrong(`${where} is not JSON: ${(cause as Error).message}`, cause);
  }
}

function wrong(message: string, cause?: unknown): ConfigError {
  return new ConfigError(message, {
    mend: 'A row is {"prompt": "...", "completion": "..."}, {"messages": [{"role": "user", "content": "..."}, ...]} or {"text": "..."}.',
    cause,
  });
}
