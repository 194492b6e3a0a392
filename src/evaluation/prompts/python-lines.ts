const TOKEN = /"""|'''|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|#.*|[([{]|[)\]}]|\\$/g;
const WORD = String.raw`[\p{L}_][\p{L}\p{N}_]*`;

/** What begins a program, or goes on with one, and seldom a sentence. */
const BEGIN =
  /^(?:from\s+[\w.]+\s+import\b|import\s+[\w.]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?)*\s*(?:[;#].*)?$|(?:async\s+)?def\s+\w+\s*[([]|class\s+\w+\s*[([:]|@\w[\w.]*\s*(?:\(|$)|#!|(?:if|while|for|with)\b[^.]*:\s*(?:#.*)?$|try:|[A-Za-z_][\w.]*\(.*\)\s*(?:#.*)?$|print\(|return\b|[A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*\s*(?::\s*[\w.[\], |]+)?[-+*/]?=[^=])/;
const BLOCK = /^(?:if|elif|else|for|while|with|try|except|finally|def|class|match|case|async)\b/;
const SIMPLE =
  /^(?:return|raise|assert|pass|break|continue|del|global|nonlocal|yield|await|lambda|not|import|from)\b/;
const KEYWORDS =
  "and|or|not|in|is|if|elif|else|for|while|with|try|except|def|class|match|case|lambda|import|from|as|await|async|yield|return|raise|assert|del|global|nonlocal|type";
const TWO_WORDS = new RegExp(
  String.raw`(?<![\p{L}\p{N}_])(?!(?:${KEYWORDS})\b)${WORD}\s+(?!(?:${KEYWORDS})\b)[\p{L}\p{N}_]`,
  "u",
);
/** An apostrophe in a word: before it stand letters that are no string's prefix. */
const APOSTROPHE = /(\p{L}{2,})(?<!\b(?:rb|br|fr|rf))'(\p{L}{1,2})\b/giu;
const NAMED = new RegExp(String.raw`^${WORD}\s*(.*)$`, "u");

/** Follows lines of Python: whether the next one begins inside a string or brackets. */
export class PythonLines {
  #quote = "";
  #depth = 0;
  #continued = false;

  /** Inside `"""` or `'''`. */
  get isInString(): boolean {
    return this.#quote !== "";
  }

  /** Where no statement begins. */
  get isOpen(): boolean {
    return this.isInString || this.#depth > 0 || this.#continued;
  }

  read(line: string): void {
    // A bracket that was never closed ends where a function begins.
    if (!this.isInString && /^(?:async\s+def|def|class|import|from)\b/.test(line)) this.#depth = 0;
    this.#continued = false;
    TOKEN.lastIndex = 0;
    for (let found = TOKEN.exec(line); found; found = TOKEN.exec(line)) {
      const [token] = found;
      if (this.isInString) {
        if (token === this.#quote) this.#quote = "";
        // What looks like another string inside of this one may hold its end.
        else if (token.includes(this.#quote)) {
          TOKEN.lastIndex = found.index + token.indexOf(this.#quote) + this.#quote.length;
          this.#quote = "";
        } else TOKEN.lastIndex = found.index + 1;
      } else if (token === '"""' || token === "'''") this.#quote = token;
      else if ("([{".includes(token)) this.#depth += 1;
      else if (")]}".includes(token)) this.#depth = Math.max(0, this.#depth - 1);
      else if (token === "\\") this.#continued = true;
    }
  }
}

/** Whether a line at the margin is one that a program begins with. */
export function beginsCode(line: string): boolean {
  return BEGIN.test(line) && !isProse(line);
}

/** Whether a line at the margin, where a statement could begin, is none of Python: words, a list, markup. */
export function isProse(line: string): boolean {
  const text = line.trimEnd();
  if (text === "" || /^(?:[\s#@)\]}]|(?:[bfu]|[bf]?r|r[bf])?["'])/i.test(text)) return false;
  if (/^(?:>>>|\.\.\.$|\.\.\. )/.test(text)) return !text.startsWith("...");
  if (!/^[\p{L}\p{N}_([{]/u.test(text)) return true;
  if (/^\d+[.)](?:\s|$)/.test(text) || /^\[\/?[A-Z]+\]/.test(text)) return true;
  const bare = withoutGroups(text.replace(APOSTROPHE, "$1$2"));
  if (/[^\d.]\.$|[?!]$|\)\s*=[^=]|[。、，]/u.test(bare) || TWO_WORDS.test(bare)) return true;
  if (BLOCK.test(text)) return !/[:([{\\]/.test(text);
  if (SIMPLE.test(text)) return false;
  if (/->|→|⇒/.test(bare)) return true;
  const rest = NAMED.exec(bare)?.[1];
  if (rest === undefined) return false;
  // A name alone, words after it or a label: nothing that a program has a use for.
  if (rest.startsWith(":")) return !/^:=|^:\s*[\w.()[\]| ]+=/.test(rest);
  return !/^(?:\(|\[|[-+*/%&|^<>@]|!=|=|\.\w|,|;)/.test(rest);
}

/** The line with its strings as "", what brackets hold taken away and no comment. */
function withoutGroups(line: string): string {
  let depth = 0;
  let bare = "";
  let end = 0;
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(line); found; found = TOKEN.exec(line)) {
    const [token] = found;
    if (depth === 0) bare += line.slice(end, found.index);
    end = TOKEN.lastIndex;
    if ("([{".includes(token)) {
      if (depth === 0) bare += token;
      depth += 1;
    } else if (")]}".includes(token)) {
      depth = Math.max(0, depth - 1);
      if (depth === 0) bare += token;
    } else if (token.startsWith("#")) {
      // Prose has apostrophes, comments and numbers; what follows is not read.
      return bare.trimEnd();
    } else if (depth === 0) bare += '""';
  }
  return depth === 0 ? bare + line.slice(end) : bare;
}
