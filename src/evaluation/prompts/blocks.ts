import { beginsCode, isProse, PythonLines } from "./python-lines.ts";

/** A piece of a response that is set apart as code. */
export interface Block {
  /** As the response names it; empty where it does not. */
  language: string;
  body: string;
}

const FENCE = /^(.*?)(`{3,}|~{3,})(.*)$/;
const INFO = /^[ \t]*([\w+#.-]*)(.*)$/;

/** The blocks between fences, the last one also where its end is missing. */
export function fencedBlocks(text: string): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const opening = openingOf(lines[at] as string);
    at += 1;
    if (!opening) continue;
    const { language, first, indent, fence } = opening;
    if (opening.isWhole) {
      blocks.push({ language, body: first });
      continue;
    }
    const end = closingOf(lines, at, fence, first);
    const body = [...(first ? [first] : []), ...lines.slice(at, end.line), ...end.code].join("\n");
    const closed = `${body}${body === "" ? "" : "\n"}`;
    const inside = end.isMissing ? withoutTail(body) : closed;
    const isIndented = inside.replace(/^\n+/, "").startsWith(indent);
    blocks.push({ language, body: isIndented ? outdent(inside, indent) : inside });
    at = end.next;
  }
  return blocks.filter(({ body }) => body.trim() !== "");
}

interface Opening {
  fence: string;
  indent: string;
  language: string;
  /** Code on the fence's own line. */
  first: string;
  /** The fence is closed on the same line. */
  isWhole: boolean;
}

function openingOf(line: string): Opening | undefined {
  const [, before = "", fence = "", after = ""] = FENCE.exec(line) ?? [];
  if (fence === "") return undefined;
  const indent = before.trim() === "" ? before : "";
  const closing = after.indexOf(fence);
  const inside = closing < 0 ? after : after.slice(0, closing);
  if (beginsCode(inside.trim())) {
    return { fence, indent, language: "", first: inside.trim(), isWhole: closing >= 0 };
  }
  const [, language = "", rest = ""] = INFO.exec(inside) ?? [];
  if (closing >= 0) {
    return rest.trim() === "" ? undefined : { fence, indent, language, first: rest.trim(), isWhole: true };
  }
  if (before.trim() !== "" && rest.trim() !== "") return undefined;
  const isAttribute = /^[\w-]+=\S/.test(rest.trim());
  const first = beginsCode(rest.trim()) && !isAttribute ? rest.trim() : "";
  return { fence, indent, language, first, isWhole: false };
}

interface Closing {
  /** Lines before this one are the block's. */
  line: number;
  /** Code that stands before the fence on its own line. */
  code: string[];
  /** The line to go on with: the fence's own where it opens another block. */
  next: number;
  isMissing: boolean;
}

/** The fence that ends a block: the first outside of strings, or where a string never ends the first of all. */
function closingOf(lines: readonly string[], begin: number, fence: string, first: string): Closing {
  const python = new PythonLines();
  python.read(first);
  let inString: Closing | undefined;
  for (let i = begin; i < lines.length; i += 1) {
    const line = lines[i] as string;
    const closing = closedBy(line, i, fence);
    if (closing && !python.isInString) return closing;
    inString ??= closing;
    python.read(line);
  }
  const missing = { line: lines.length, code: [], next: lines.length, isMissing: true };
  return python.isInString && inString ? inString : missing;
}

function closedBy(line: string, at: number, fence: string): Closing | undefined {
  const text = line.trim();
  if (text.startsWith(fence)) {
    const opensAnother = /^(?:`+|~+)[A-Za-z][\w+#.-]*$/.test(text);
    return { line: at, code: [], next: opensAnother ? at : at + 1, isMissing: false };
  }
  if (!text.endsWith(fence)) return undefined;
  const code = line.trimEnd().slice(0, -fence.length);
  return { line: at, code: [code], next: at + 1, isMissing: false };
}

const PAIRS = [
  /<pre\b[^>]*>\s*?(?:<code\b[^>]*>)?\n?([\s\S]*?)(?:<\/code>\s*)?(?:<\/pre>|$)/gi,
  /<code\b[^>]*>\n?([\s\S]*?)(?:<\/code>|$)/gi,
];
const TAGS = [
  /\[(?:PYTHON|CODE)\]\n?([\s\S]*?)(?:\[\/(?:PYTHON|CODE)\]|$)/g,
  /<(?:python|code|answer|solution)>\n?([\s\S]*?)(?:<\/(?:python|code|answer|solution)>|$)/gi,
  /\\begin\{(?:lstlisting|verbatim|minted)\}(?:\[[^\]]*\]|\{[^}]*\})*\n?([\s\S]*?)(?:\\end\{(?:lstlisting|verbatim|minted)\}|$)/g,
];

/** The blocks between tags: HTML's, `[PYTHON]`, LaTeX's. */
export function taggedBlocks(text: string): Block[] {
  const html = PAIRS.map((pair) => [...text.matchAll(pair)].map(([, body = ""]) => unescaped(body)));
  const tags = TAGS.map((tag) => [...text.matchAll(tag)].map(([, body = ""]) => body));
  const found = [...html, ...tags].find((bodies) => bodies.some((body) => /\n|\bdef\b/.test(body.trim())));
  return (found ?? []).map((body) => ({ language: "", body: body.replace(/^\n+/, "") }));
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'", nbsp: " " };

function unescaped(html: string): string {
  return html.replace(/&(lt|gt|amp|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name] ?? "");
}

/** A quotation's marks taken away; those of Python's prompt stay. */
export function unquoted(text: string): string {
  return text.replace(/^[ \t]*>(?!>>)[ \t]?/gm, "");
}

/** Text without fences: what is left between its lines of prose. */
export function bareBlocks(text: string): Block[] {
  const blocks: string[][] = [];
  let current: string[] | undefined;
  let python = new PythonLines();
  for (const line of text.split("\n")) {
    const isMargin = !python.isOpen && /^\S/.test(line);
    if (isMargin && isProse(line)) {
      current = undefined;
      continue;
    }
    if (!current) {
      const begins = beginsCode(line) || (blocks.length === 0 && /^[ \t]+\S/.test(line));
      if (!begins) continue;
      current = [];
      blocks.push(current);
      python = new PythonLines();
    }
    current.push(line);
    python.read(line);
  }
  return blocks.map((lines) => ({ language: "", body: `${withoutHeading(lines).join("\n").trimEnd()}\n` }));
}

/** Code without the prose after it. */
export function withoutTail(code: string): string {
  const python = new PythonLines();
  const lines = code.split("\n");
  const end = lines.findIndex((line) => {
    const isTail = !python.isOpen && /^\S/.test(line) && isProse(line);
    python.read(line);
    return isTail;
  });
  return end < 0 ? code : `${lines.slice(0, end).join("\n").trimEnd()}\n`;
}

/** A heading of Markdown is a comment of Python's; the last of a text was meant for what followed. */
function withoutHeading(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => line.trim() !== "" && !/^#{2,} /.test(line));
  return lines.slice(0, last + 1);
}

/** What a session shows as typed in, without Python's prompts and answers. */
export function typedIn(body: string): string {
  const typed = body.split("\n").flatMap((line) => /^(?:>>>|\.\.\.)(?: (.*))?$/.exec(line)?.[1] ?? []);
  return `${typed.join("\n")}\n`;
}

/** Takes an indentation from every line that has it. */
export function outdent(body: string, indent: string): string {
  return indent === "" ? body : body.replace(new RegExp(`^${indent}`, "gm"), "");
}
