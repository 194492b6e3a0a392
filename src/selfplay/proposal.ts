import { parseCallArguments, pythonSource } from "../sandbox/literals.ts";
import { found, type Reading, rejected } from "./rejection.ts";

/** A task as proposed: well-formed text, not executed yet. */
export interface Proposal {
  /** Of mathematics, the problem in words. */
  program: string;
  /** Arguments of each call as Python source, literals only: one call, or N for induction. */
  inputs: string[];
  /** Induction's hint to the solver. */
  message: string | null;
  /** The answer that the proposer gives itself, of a task that is not executed (mathematics). */
  answer?: string;
  /** Names of the functions that the program begins with, and how long each is, of a composite proposal. */
  given?: readonly { name: string; lines: number }[];
}

/** A proposal whose outputs are known by execution. */
export interface ValidTask extends Proposal {
  /**
   * Python repr of the value for each input; `parseLiteral` gives the value back. Of error-deduction the
   * exception's class or NoError, of mathematics the number as the proposer wrote it.
   */
  outputs: string[];
}

/**
 * The arguments of one call, rewritten from the values that were parsed. Only this text goes to the
 * interpreter, so an input cannot close the call and go on with something else.
 */
export function readInput(text: string): Reading<string> {
  if (text.trim() === "") return rejected("no-input");
  const call = parseCallArguments(text);
  if (!call) return rejected("input-not-literal", `not a list of literals: ${excerpt(text)}`);
  const named = call.named.map(([name, value]) => `${name}=${pythonSource(value)}`);
  const all = [...call.positional.map(pythonSource), ...named];
  if (all.length === 0) return rejected("no-arguments", "the call has no arguments");
  return found(all.join(", "));
}

/** The first `count` different inputs of the texts, in order. */
export function readInputs(texts: readonly string[], count: number): Reading<string[]> {
  const inputs = new Set<string>();
  for (const text of texts) {
    const input = readInput(text);
    if (!input.ok) return input;
    inputs.add(input.value);
  }
  if (inputs.size < count) return rejected("too-few-inputs", `${inputs.size} different ones of ${count}`);
  return found([...inputs].slice(0, count));
}

const MAX_MESSAGE = 1000;

export function readMessage(text: string): Reading<string> {
  const message = text.trim();
  if (message === "") return rejected("no-message");
  if (message.length > MAX_MESSAGE) return rejected("message-too-long", `${message.length} characters`);
  if (/\bdef\s+f\s*[[(]|\blambda\b.*:/.test(message)) return rejected("message-reveals-program");
  return found(message);
}

/** The start of a text on one line, for a rejection's detail. */
export function excerpt(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
