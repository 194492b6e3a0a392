/** An opening fence with its indentation, what stands in it, and the closing fence or the text's end. */
const FENCE = /^([ \t]*)(`{3,}|~{3,})[ \t]*([\w+-]*)[^\n]*\n([\s\S]*?)(?:^[ \t]*\2[`~]*[ \t]*$|(?![\s\S]))/gm;
const PYTHON = /^(python[\d.]*|py[\d]?|ipython[\d]?|sage|)$/i;
const CODE_LINE =
  /^(?:from\s+\S+\s+import\b|import\s+\w|(?:async\s+)?def\s+\w|class\s+\w|@\w|if\s+__name__|#!|[A-Za-z_]\w*\s*(?::\s*[\w.[\], ]+)?=[^=])/;

/**
 * The program in a response: of the fenced blocks the last that defines `entry`, else all that are Python one after
 * the other; without fences, from the first line of code to the last line before prose goes on.
 */
export function extractCode(text: string, entry?: string): string {
  const clean = text.replace(/\r\n?/g, "\n");
  const blocks = [...clean.matchAll(FENCE)]
    .map(([, indent = "", , language = "", body = ""]) => ({ language, body: outdent(body, indent) }))
    .filter(({ body }) => body.trim() !== "");
  const python = blocks.filter(({ language }) => PYTHON.test(language));
  const defining = entry === undefined ? undefined : python.findLast(({ body }) => defines(body, entry));
  if (defining) return defining.body;
  const shown = python.length > 0 ? python : blocks;
  if (shown.length > 0) return shown.map(({ body }) => body).join("\n");
  return unfenced(clean);
}

/** Whether a program defines a function, class or name at its top level. */
export function defines(program: string, name: string): boolean {
  const escaped = RegExp.escape(name);
  return new RegExp(`^(?:(?:async\\s+)?def|class)\\s+${escaped}\\b|^${escaped}\\s*=[^=]`, "m").test(program);
}

/**
 * A whole program of a response that should complete `prompt`, the beginning of the function `entry`: the function
 * itself with the prompt's imports and helpers before it, or a body, indented or not, behind the prompt.
 */
export function completedProgram(prompt: string, text: string, entry: string): string {
  const code = extractCode(text, entry);
  if (defines(code, entry)) return `${beforeEntry(prompt, entry)}${code}`;
  const open = prompt.endsWith("\n") ? prompt : `${prompt}\n`;
  const first = code.split("\n").find((line) => line.trim() !== "") ?? "";
  if (/^\s/.test(first)) return `${open}${code}`;
  const body = outdent(code, "").replace(/^(?=.)/gm, "    ");
  return `${open}${body}`;
}

function beforeEntry(prompt: string, entry: string): string {
  const at = new RegExp(`^(?:async\\s+)?def\\s+${RegExp.escape(entry)}\\b`, "m").exec(prompt)?.index ?? 0;
  return prompt.slice(0, at);
}

/** Takes the fence's own indentation from every line that has it. */
function outdent(body: string, indent: string): string {
  return indent === "" ? body : body.replace(new RegExp(`^${indent}`, "gm"), "");
}

/** A response without fences. What is indented from its first line is a body and stays as it is. */
function unfenced(text: string): string {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first < 0 || /^[ \t]/.test(lines[first] as string)) return text;
  const begin = lines.findIndex((line) => CODE_LINE.test(line));
  if (begin < 0) return text;
  let end = lines.length;
  for (let i = begin; i < lines.length; i++) {
    if (isProse(lines[i] as string, lines[i - 1] ?? "")) {
      end = i;
      break;
    }
  }
  return `${lines.slice(begin, end).join("\n").trimEnd()}\n`;
}

/** A sentence at the margin after a blank line: words that no statement of Python begins with. */
function isProse(line: string, before: string): boolean {
  if (before.trim() !== "" || !/^[A-Z][a-z']*(?:,| [a-z(`'"])/.test(line)) return false;
  return /[.:!?]$/.test(line.trim()) && !/[=(]\s*$/.test(line);
}
