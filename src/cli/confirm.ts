import { createInterface } from "node:readline/promises";
import { ConfigError } from "../errors/index.ts";
import { shown } from "./terminal.ts";

/**
 * Asks on the terminal; true for y and yes alone, false also where the answer ends without a line. Raises ConfigError
 * where there is nobody to ask.
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ConfigError("This asks first, and there is no terminal to ask on.", {
      mend: "Give --yes where it is meant.",
    });
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new AbortController();
  lines.on("close", () => ended.abort());
  try {
    const answer = await lines.question(shown(`${question} [y/N] `, process.stderr), {
      signal: ended.signal,
    });
    return /^y(?:es)?$/i.test(answer.trim());
  } catch (error) {
    if (ended.signal.aborted) return false;
    throw error;
  } finally {
    lines.close();
  }
}
