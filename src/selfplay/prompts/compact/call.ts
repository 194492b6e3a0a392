import { readInput } from "../../proposal.ts";
import { type Reading, rejected } from "../../rejection.ts";

/** Brackets at a line's end that are tried as the call's own. */
const TRIES = 32;

/**
 * The arguments of a call whose text begins behind `f(`: up to the first bracket at the end of a line, a comment
 * aside, that makes them literals. They may go over several lines.
 */
export function readCall(text: string): Reading<string> {
  let first: Reading<string> | undefined;
  let tried = 0;
  for (const { index } of text.matchAll(/\)(?=[ \t]*(?:#.*)?$)/gm)) {
    const input = readInput(text.slice(0, index));
    if (input.ok) return input;
    first ??= input;
    if (++tried >= TRIES) break;
  }
  return first ?? rejected("no-input", "the call does not end");
}
