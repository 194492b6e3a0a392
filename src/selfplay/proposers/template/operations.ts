import type { RandomStream } from "../../../random/stream.ts";
import type { Shape } from "./shape.ts";

/**
 * One operation on a value, as a Python expression and in words. In both, X is the value's variable, C a small
 * positive integer or a variable that holds an integer, K a literal of 2 to 5 and M one of 6 to 9.
 */
export interface Operation {
  from: Shape;
  to: Shape;
  /** The difficulty from which on it is used. */
  level: number;
  expression: string;
  says: string;
  /** A second time it does nothing more, or the value grows and grows: not for loops. */
  once: boolean;
}

type Row = readonly [from: Shape, to: Shape, level: number, expression: string, says: string, once?: "once"];

const ROWS: readonly Row[] = [
  ["integer", "integer", 0, "X + C", "add C"],
  ["integer", "integer", 0, "X - C", "take away C"],
  ["integer", "integer", 0, "X * K", "multiply by K", "once"],
  ["integer", "integer", 0.15, "X % M", "take the remainder by M"],
  ["integer", "integer", 0.15, "X // K", "divide by K, rounded down"],
  ["integer", "integer", 0.25, "abs(X)", "drop the sign", "once"],
  ["integer", "integer", 0.3, "max(X, C)", "take C if that is larger", "once"],
  ["integer", "integer", 0.5, "X * X - C", "square and take away C", "once"],
  ["integer", "integer", 0.7, "(X ^ C) & 31", "take the last five bits of the exclusive or with C"],
  ["integer", "text", 0.2, "str(X)", "write it as text"],
  ["integer", "integers", 0.2, "list(range(abs(X) % M))", "count from 0 to below its remainder by M"],
  ["integer", "integers", 0.4, "[int(d) for d in str(abs(X))]", "list the digits"],

  ["text", "text", 0, "X.upper()", "put it in capitals", "once"],
  ["text", "text", 0, "X[::-1]", "turn it round"],
  ["text", "text", 0, 'X + "!"', "put an exclamation mark behind", "once"],
  ["text", "text", 0.1, "X.title()", "put each word's first letter in capitals", "once"],
  ["text", "text", 0.2, "X[K:]", "drop the first K characters"],
  ["text", "text", 0.2, 'X.replace("a", "o")', "make each a an o", "once"],
  ["text", "text", 0.35, "X.swapcase()", "swap capitals and small letters"],
  ["text", "text", 0.4, "X[::K]", "keep one character in K"],
  ["text", "text", 0.6, '"".join(sorted(X))', "sort the characters", "once"],
  ["text", "text", 0.6, "X[K:] + X[:K]", "move the first K characters to the end"],
  ["text", "integer", 0.1, "len(X)", "take the length"],
  ["text", "integer", 0.3, 'X.count("e")', "count the letter e"],
  ["text", "texts", 0.3, "X.split()", "split it into words"],
  ["text", "integers", 0.55, "[ord(c) % 10 for c in X]", "list the last digit of each character's code"],
  ["text", "counts", 0.5, "{c: X.count(c) for c in sorted(set(X))}", "count each character"],

  ["integers", "integers", 0.15, "sorted(X)", "sort", "once"],
  ["integers", "integers", 0.15, "X[::-1]", "turn the list round"],
  ["integers", "integers", 0.15, "X + [C]", "append C", "once"],
  ["integers", "integers", 0.2, "X[1:]", "drop the first item"],
  ["integers", "integers", 0.3, "[v + C for v in X]", "add C to each"],
  ["integers", "integers", 0.3, "[v for v in X if v % K != 0]", "keep what K does not divide", "once"],
  ["integers", "integers", 0.5, "sorted(set(X))", "sort and drop repeats", "once"],
  ["integers", "integers", 0.55, "[v * i for i, v in enumerate(X)]", "multiply each by its place", "once"],
  ["integers", "integers", 0.6, "[a + b for a, b in zip(X, X[1:])]", "add each two neighbours", "once"],
  ["integers", "integers", 0.6, "X[K:] + X[:K]", "move the first K items to the end"],
  ["integers", "integer", 0.15, "sum(X)", "add them up"],
  ["integers", "integer", 0.2, "max(X, default=0)", "take the largest"],
  ["integers", "integer", 0.35, "sum(v for v in X if v % 2 == 0)", "add up the even ones"],
  ["integers", "counts", 0.55, "{str(v): X.count(v) for v in X}", "count each number"],
  ["integers", "rows", 0.7, "[[v, v + C] for v in X]", "pair each with itself plus C"],
  ["integers", "rows", 0.7, "[X[i:i + 2] for i in range(0, len(X), 2)]", "cut into pairs"],

  ["texts", "texts", 0.3, "sorted(X)", "sort the words", "once"],
  ["texts", "texts", 0.3, "[w.upper() for w in X]", "put each word in capitals", "once"],
  ["texts", "texts", 0.4, "[w[::-1] for w in X]", "turn each word round"],
  ["texts", "texts", 0.5, "[w for w in X if len(w) > K]", "keep words of more than K letters", "once"],
  ["texts", "texts", 0.6, "sorted(X, key=lambda w: (len(w), w))", "sort the words by length", "once"],
  ["texts", "text", 0.3, '"-".join(X)', "join the words with dashes"],
  ["texts", "integers", 0.35, "[len(w) for w in X]", "take each word's length"],
  ["texts", "counts", 0.5, "{w: len(w) for w in X}", "map each word to its length"],

  ["counts", "counts", 0.45, "{k: v + C for k, v in X.items()}", "add C to each count"],
  [
    "counts",
    "counts",
    0.5,
    "{k: v for k, v in X.items() if v % K != 0}",
    "keep counts that K does not divide",
  ],
  ["counts", "counts", 0.65, "dict(sorted(X.items(), key=lambda p: (p[1], p[0])))", "sort by count", "once"],
  ["counts", "integer", 0.45, "sum(X.values())", "add up the counts"],
  ["counts", "texts", 0.45, "sorted(X)", "list the keys in order"],
  ["counts", "integers", 0.55, "[X[k] for k in sorted(X)]", "list the counts by key"],

  ["rows", "rows", 0.7, "[row[::-1] for row in X]", "turn each row round"],
  ["rows", "rows", 0.75, "[row for row in X if sum(row) % 2 == 0]", "keep rows with an even sum", "once"],
  ["rows", "rows", 0.8, "[list(column) for column in zip(*X)]", "swap rows and columns"],
  ["rows", "integers", 0.7, "[sum(row) for row in X]", "add up each row"],
  ["rows", "integers", 0.75, "[v for row in X for v in row]", "put the rows in one list"],
  ["rows", "integer", 0.8, "max((sum(row) for row in X), default=0)", "take the largest row sum"],
];

export const OPERATIONS: readonly Operation[] = ROWS.map(([from, to, level, expression, says, once]) => ({
  from,
  to,
  level,
  expression,
  says,
  once: once === "once",
}));

/** The letters of an expression or of its words, filled in. */
export function filled(pattern: string, letters: Readonly<Record<"X" | "C" | "K" | "M", string>>): string {
  return pattern.replace(/\b[XCKM]\b/g, (letter) => letters[letter as keyof typeof letters]);
}

/** A condition on a variable, for branches: as code and in words. */
export function drawCondition(shape: Shape, x: string, random: RandomStream): { code: string; says: string } {
  const k = random.integer(2, 5);
  if (shape === "integer") return { code: `${x} % ${k} == 0`, says: `${k} divides it` };
  if (shape === "integers" && random.integer(0, 1) === 0)
    return { code: `sum(${x}) % 2 == 0`, says: "its sum is even" };
  return { code: `len(${x}) > ${k}`, says: `it has more than ${k} of them` };
}
