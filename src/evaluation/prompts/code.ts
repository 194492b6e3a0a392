import {
  type Block,
  bareBlocks,
  fencedBlocks,
  outdent,
  taggedBlocks,
  typedIn,
  unquoted,
  withoutTail,
} from "./blocks.ts";

const PYTHON = /^(python[\d.]*|py[\d]?|ipython[\d]?|sage|)$/i;

/** A turn's end, not as a string of the program's: what follows was never meant as the answer. */
const END_TOKEN =
  /(?:(?<!["'])<\|(?:im_end|endoftext|end_of_text|eot_id|end|eom_id|return)\|>(?!["'\\])|(?:<｜end▁of▁sentence｜>|<\/s>|<eos>|<end_of_turn>)(?=[ \t]*(?:\n|$)))[\s\S]*/;
const START_TOKEN =
  /^\s*(?:<s>|<bos>|<\|begin_of_text\|>|<\|start_header_id\|>assistant<\|end_header_id\|>|<\|im_start\|>assistant)[ \t]*\n*/;

/** Quotes that are meant as a fence. */
const QUOTED_FENCE = /^('{3}|"{3})(?:python|py)\d?[ \t]*\n([\s\S]*?)^\1[ \t]*$/gim;

/**
 * The program in a response. Blocks are what stands between fences, else between tags, in a quotation, or between lines
 * of prose. Taken are the last that defines `entry` and those that define what it uses; where none does, all that are
 * Python but examples of calls. Without `entry` it is the last that reads standard input.
 */
export function extractCode(text: string, entry?: string): string {
  const clean = cleaned(text);
  const ways: (() => Block[])[] = [
    () => fencedBlocks(clean),
    () => taggedBlocks(clean),
    () => fencedBlocks(unquoted(clean)),
    () => bareBlocks(clean),
    () => bareBlocks(unquoted(clean)),
    () => inlineBlocks(clean),
  ];
  let fallback: string[] | undefined;
  for (const way of ways) {
    const bodies = pythonBodies(way()).map((body) => asProgram(body, entry));
    const isWhole = (body: string) => isMain(body, entry) && !isStub(body, entry);
    const whole = bodies.findLastIndex(isWhole);
    const main = whole >= 0 ? whole : bodies.findLastIndex((body) => isMain(body, entry));
    if (main >= 0) return withHelpers(bodies, main, entry);
    const inClass = entry === undefined ? -1 : bodies.findLastIndex((body) => hasMethod(body, entry));
    if (inClass >= 0) return withHelpers(bodies, inClass, entry);
    if (bodies.length > 0) fallback ??= bodies;
  }
  if (!fallback) return clean;
  const useful = fallback.filter((body) => entry === undefined || !calls(body, entry));
  return (useful.length > 0 ? useful : fallback).join("\n");
}

/** Line ends and indentation as Python has them, and no special tokens. */
function cleaned(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(START_TOKEN, "")
    .replace(QUOTED_FENCE, "```python\n$2```")
    .replace(END_TOKEN, "")
    .replace(/^[ \t\u00a0\u2000-\u200b\u202f\u3000\ufeff]+/gm, (indent) =>
      indent.replace(/[\u200b\ufeff]/g, "").replace(/[^ \t]/g, " "),
    );
}

function pythonBodies(blocks: readonly Block[]): string[] {
  const python = blocks.filter(({ language }) => PYTHON.test(language));
  return (python.length > 0 ? python : blocks).map(({ body }) => body);
}

/** A block at the margin, without Python's prompts. */
function asProgram(body: string, entry: string | undefined): string {
  const code = /^\s*>>> /.test(body) ? typedIn(outdent(body, /^\n*([ \t]*)/.exec(body)?.[1] ?? "")) : body;
  const session = /^>>> /m.test(code) ? withoutTail(code) : code;
  if (entry === undefined || defines(session, entry) || /^class\s/m.test(session)) return session;
  const indent = new RegExp(`^([ \\t]+)(?:async\\s+)?def\\s+${RegExp.escape(entry)}\\b`, "m").exec(
    session,
  )?.[1];
  return indent === undefined ? session : outdent(session, indent);
}

function isMain(body: string, entry: string | undefined): boolean {
  return entry === undefined ? /\binput\(|\bstdin\b|\bopen\(0/.test(body) : defines(body, entry);
}

function hasMethod(body: string, entry: string): boolean {
  const method = new RegExp(`^[ \\t]+(?:async\\s+)?def\\s+${RegExp.escape(entry)}\\b`, "m");
  return /^class\s/m.test(body) && method.test(body);
}

/** Whether all of a function is its head: `...` or `pass` stands for what it does. */
function isStub(body: string, entry: string | undefined): boolean {
  if (entry === undefined) return false;
  const stub = `^(?:async\\s+)?def\\s+${RegExp.escape(entry)}\\b[^\\n]*:\\s*(?:\\.\\.\\.|pass)\\s*(?:#[^\\n]*)?(?![^\\n])(?!\\n[ \\t]+\\S)`;
  return new RegExp(stub, "m").test(body);
}

/** Whether a block shows the function's use: a call outside of any definition. */
function calls(body: string, entry: string): boolean {
  return new RegExp(`^\\S[^#\\n]*\\b${RegExp.escape(entry)}\\(`, "m").test(body);
}

/** A line that is code between backticks in a sentence. */
function inlineBlocks(text: string): Block[] {
  return [...text.matchAll(/(?<!`)(`{1,2})([^`\n]+)\1(?!`)/g)]
    .map(([, , body = ""]) => ({ language: "", body: `${body.trim()}\n` }))
    .filter(({ body }) => /^(?:def\s+\w+\(.*\).*:|\w+\s*=\s*lambda\b)/.test(body));
}

/** A block after those that define names which it uses and does not bind itself. */
function withHelpers(bodies: readonly string[], main: number, entry: string | undefined): string {
  if (bodies.length === 1) return bodies[main] as string;
  const taken = new Set([main]);
  const open = [main];
  const provided = bodies.map(providedNames);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const body = bodies[next] as string;
    for (const name of namesIn(body)) {
      if (provided[next]?.has(name)) continue;
      const helper = provided.findLastIndex((names, i) => i !== next && names.has(name));
      if (helper < 0 || taken.has(helper) || binds(body, name)) continue;
      taken.add(helper);
      open.push(helper);
    }
  }
  taken.delete(main);
  const helpers = [...taken].sort((a, b) => a - b).map((i) => bodies[i] as string);
  // A helper with an example of a call in it comes when there is something to call.
  const shows = (body: string) => entry !== undefined && !defines(body, entry) && calls(body, entry);
  return [...helpers.filter((body) => !shows(body)), bodies[main] as string, ...helpers.filter(shows)].join(
    "\n",
  );
}

/** Identifiers of a program but those after a point. */
function namesIn(program: string): Set<string> {
  return new Set(program.match(/(?<![\w.])[A-Za-z_]\w*/g) ?? []);
}

/** Whether a name is a function's, a parameter or a variable anywhere in a program. */
function binds(program: string, name: string): boolean {
  const word = `(?<![\\w.])${name}\\b`;
  return new RegExp(
    `^[ \\t]*(?:async\\s+)?(?:def|class)\\s+${name}\\b|${word}\\s*(?:,[\\w\\s,]*)?=[^=]|\\bfor\\b[^:\\n]*${word}[^:\\n]*\\bin\\b|\\bas\\s+${name}\\b|\\bdef\\s+\\w+\\s*\\([^\\n]*${word}\\s*[:,=)]|\\blambda\\b[^:\\n]*${word}`,
    "m",
  ).test(program);
}

/** What a program has at its top level: names defined and imported. */
function providedNames(program: string): Set<string> {
  const names = new Set<string>();
  const defined = /^(?:async\s+)?(?:def|class)\s+(\w+)|^(\w+)\s*(?::[^=\n]+)?=[^=]/gm;
  for (const [, name, variable] of program.matchAll(defined)) names.add(name ?? variable ?? "");
  for (const [, many, line = ""] of program.matchAll(
    /^(?:from\s+\S+\s+)?import\s+(?:\(([^)]*)\)|([^#\n;]*))/gm,
  )) {
    for (const part of (many ?? line).split(",")) {
      const [module = "", alias] = part.trim().split(/\s+as\s+/);
      names.add(alias ?? (module.split(".")[0] as string));
    }
  }
  return names;
}

/** Whether a program defines a function, class or name at its top level. */
export function defines(program: string, name: string): boolean {
  const escaped = RegExp.escape(name);
  return new RegExp(
    `^(?:(?:async\\s+)?def|class)\\s+${escaped}\\b|^${escaped}\\s*(?::[^=\\n]+)?=[^=]`,
    "m",
  ).test(program);
}

/**
 * A whole program of a response that should complete `prompt`, the beginning of the function `entry`: the function
 * itself with the prompt's imports and helpers before it, or a body, indented or not, behind the prompt.
 */
export function completedProgram(prompt: string, text: string, entry: string): string {
  const code = extractCode(text, entry);
  if (defines(code, entry)) return `${beforeEntry(prompt, entry)}${code}`;
  const open = prompt.endsWith("\n") ? prompt : `${prompt}\n`;
  const [first = "", second = ""] = code.split("\n").filter((line) => line.trim() !== "");
  if (/^\s/.test(first)) return `${open}${code}`;
  // A body whose first line alone lost its indentation, as trimming a response does.
  if (/^ {4}/.test(second) && !/[:([{,\\]\s*(?:#.*)?$/.test(first)) return `${open}    ${code.trimStart()}`;
  const body = code.replace(/^(?=.)/gm, "    ");
  return `${open}${body}`;
}

function beforeEntry(prompt: string, entry: string): string {
  const at = new RegExp(`^(?:async\\s+)?def\\s+${RegExp.escape(entry)}\\b`, "m").exec(prompt)?.index ?? 0;
  return prompt.slice(0, at);
}
