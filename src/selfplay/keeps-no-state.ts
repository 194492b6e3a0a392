/** Words that could reach something that outlives a call, or tell whether calls came before: state, time, memory. */
const STATE =
  /\b(?:global|nonlocal|import|class|try|with|async|await|breakpoint|compile|copyright|credits|delattr|dir|eval|exec|exit|getattr|globals|hasattr|hash|help|id|input|license|locals|memoryview|object|open|quit|setattr|super|vars)\b/;

/** Methods of Python's own values; what is not named here may lead to a frame, a function or a module. */
const METHODS = new Set(
  (
    "append extend insert pop remove sort reverse index count copy clear get items keys values update setdefault add discard " +
    "union intersection difference symmetric_difference issubset issuperset isdisjoint join split rsplit splitlines strip lstrip " +
    "rstrip upper lower title capitalize swapcase casefold replace find rfind rindex startswith endswith removeprefix " +
    "removesuffix isdigit isalpha isalnum isupper islower isspace istitle isdecimal isnumeric isascii isidentifier zfill center " +
    "ljust rjust partition rpartition expandtabs bit_length is_integer"
  ).split(" "),
);

/** What gives functions, generators and iterators: their text and their place in a set show where they lie in memory. */
const ADDRESSED = /\b(?:lambda|iter|map|zip|filter|enumerate|reversed|type|yield)\b|\n +def\b/;
/** What could show that: text of a value, and sets. */
const SHOWING =
  /\b(?:str|repr|ascii|format|bytes|bytearray|set|frozenset)\b|\w*[fF]\w*["']|%[-#0 +\d.*]*[sra]|\{/;

/** The whole first line, since a default value is made once and lives on. */
const HEAD = /^def f\((?:\w+(?:, ?\w+)*)?\):/;

/**
 * Whether a call of a program's `f` certainly gives what it gives in a fresh process, whatever was called before. By the
 * text alone, comments and strings too, so it errs on the side of "no": the program is one function `f`, which takes no
 * default values, names itself only to call itself, and uses nothing that could keep or see state between two calls.
 */
export function keepsNoState(program: string): boolean {
  // Other characters may be another spelling of a letter, and a continued line hides what belongs together.
  if (/[^\x20-\x7e\n]|\\\n|__/.test(program)) return false;
  const lines = program.split("\n").filter((line) => line.trim() !== "");
  if (!HEAD.test(lines[0] ?? "") || lines.slice(1).some((line) => !line.startsWith(" "))) return false;
  // An identity may be that of a value that Python keeps.
  if (STATE.test(program) || /\bis\b(?! (?:not )?None\b)/.test(program)) return false;
  // A call, or a formatted string: never the function itself, which can be given attributes.
  if (/\bf\b(?![("'])/.test(program)) return false;
  const addressed = ADDRESSED.test(program) || lines.some((line) => /\bfor\b/.test(line) && !isLoop(line));
  if (addressed && SHOWING.test(program)) return false;
  // Behind a dot: a method that is called, the rest of a number, or the end of a string.
  return [...program.matchAll(/\.(\w*)(.?)/gs)].every(
    ([, name = "", next = ""]) =>
      (METHODS.has(name) && next === "(") || /^\d/.test(name) || (name === "" && /["']/.test(next)),
  );
}

/** Whether a line with a `for` is the head of a loop, and no part of a comprehension, which may be a generator. */
function isLoop(line: string): boolean {
  if (!/^ +for \w+(?:, ?\w+)* in [^:"'{}]*:$/.test(line)) return false;
  const count = (bracket: string) => line.split(bracket).length;
  return count("(") === count(")") && count("[") === count("]");
}
