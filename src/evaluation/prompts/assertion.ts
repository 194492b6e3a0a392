import type { Format } from "../../config/benchmark-name.ts";

const STRING = String.raw`[rbfuRBFU]{0,2}(?:'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")`;
const TOKEN = new RegExp(`${STRING}|[([{]|[)\\]}]`, "g");
const CALL = /(?<![\w.])(assert\s*\(?\s*)?f\(/g;

/** What stands between the last tags of an answer, without fences. */
export function insideTags(text: string, format: Format): string {
  const start = format === "raw" ? -1 : text.lastIndexOf("[ANSWER]");
  const inside = start < 0 ? text : text.slice(start + "[ANSWER]".length);
  const answer = inside.split("[/ANSWER]")[0] as string;
  const fences = [...answer.matchAll(/```[\w+-]*\n([\s\S]*?)(?:```|$)/g)].map(([, body = ""]) => body);
  return (fences.findLast((body) => completion(body)?.output !== undefined) ?? fences[0] ?? answer).trim();
}

/** Both sides of a completed assertion, as they are written. */
export interface Completion {
  input: string;
  /** Absent where nothing is compared. */
  output?: string;
}

/**
 * The last `assert f(input) == output` of a text; else the last comparison of a call of `f`, else the last such call.
 * Undefined where `f` is never called. Assertions that still hold `??` are the question.
 */
export function completion(text: string): Completion | undefined {
  let [asserted, compared, called]: (Completion | undefined)[] = [];
  CALL.lastIndex = 0;
  for (let found = CALL.exec(text); found; found = CALL.exec(text)) {
    const begin = CALL.lastIndex;
    const end = closing(text, begin - 1);
    if (end === undefined) continue;
    const input = text.slice(begin, end).trim();
    const equals = /^\s*==\s*/.exec(text.slice(end + 1))?.[0];
    const output = equals === undefined ? undefined : expressionAt(text, end + 1 + equals.length);
    if (input === "??" || (equals !== undefined && !output)) continue;
    if (output === undefined) called = { input };
    else if (found[1]) asserted = { input, output };
    else compared = { input, output };
    // An assertion inside of a string of this one is none of its own.
    CALL.lastIndex = end;
  }
  return asserted ?? compared ?? called;
}

/** Where the parenthesis at `begin` is closed, strings passed over. */
function closing(text: string, begin: number): number | undefined {
  let depth = 0;
  TOKEN.lastIndex = begin;
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
    if ("([{".includes(found[0])) depth += 1;
    else if (")]}".includes(found[0])) depth -= 1;
    if (depth === 0) return found.index;
  }
  return undefined;
}

const OPERAND = new RegExp(
  String.raw`(?:not\s+|[-+~]\s*)*(?:(?:${STRING}[ \t]*)+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?j?\b|0[xXoObB][\da-fA-F_]+|(?:True|False|None)\b|[A-Za-z_]\w*(?=[.([])|(?=[([{]))`,
  "y",
);
/** With space on both sides or on neither: stars after a number are bold text. */
const OPERATOR = /(?:[ \t]+(?:\*\*|\/\/|<<|>>|[-+*/%&|^])[ \t]+|(?:\*\*|\/\/|<<|>>|[-+*/%&|^]))(?=\S)/y;

/** The one expression that begins at `at`: operands and operators, up to what is neither. Empty where none begins. */
function expressionAt(text: string, at: number): string {
  let end = at;
  for (let next = operandEnd(text, at); next !== undefined; ) {
    end = next;
    OPERATOR.lastIndex = end;
    next = OPERATOR.test(text) ? operandEnd(text, OPERATOR.lastIndex) : undefined;
  }
  return text.slice(at, end).trim();
}

/** A value with what is called, indexed or asked of it. */
function operandEnd(text: string, at: number): number | undefined {
  OPERAND.lastIndex = at;
  const [operand] = OPERAND.exec(text) ?? [];
  if (operand === undefined) return undefined;
  let end = at + operand.trimEnd().length;
  if (/[([{]/.test(text[end] ?? "")) {
    const close = closing(text, end);
    if (close === undefined) return undefined;
    end = close + 1;
  }
  for (;;) {
    const attribute = /^\.[A-Za-z_]\w*(?=[([])/.exec(text.slice(end))?.[0] ?? "";
    const open = end + attribute.length;
    if (!/[([]/.test(text[open] ?? "")) return end;
    const close = closing(text, open);
    if (close === undefined) return end;
    end = close + 1;
  }
}

/** An answer alone, without the marks of code and bold text around it. */
export function bare(text: string): string {
  return /^(`+|\*\*)(?![`*])([\s\S]*[^`*])\1$/.exec(text.trim())?.[2]?.trim() ?? text.trim();
}
