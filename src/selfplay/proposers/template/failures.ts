import type { RandomStream } from "../../../random/stream.ts";
import type { Shape } from "./shape.ts";

/** Last statements that raise for some values of X and not for others, by its shape; K is a literal of 2 to 5. */
const FAILURES: Record<Shape, readonly string[]> = {
  integer: ["X = 60 // (X % K)", "X = [3, 1, 4, 1, 5][X % 8]", 'X = {0: "a", 1: "b"}[X % 3]'],
  text: ["X = int(X)", "X = X[K * 2]", 'X = X.index("e")'],
  integers: ["X = X[K]", "X = 60 // len(X[K:])", "X = min(v for v in X if v > 20)"],
  texts: ["X = X[K]", 'X = X.index("oak")', "X = X[0] + 1 if len(X) > K else X[0]"],
  counts: ['X = X["oak"]', "X = 60 // (len(X) - K)", "X = sorted(X)[K]"],
  rows: ["X = X[K]", "X = X[0][K]", "X = 60 // (len(X) - K)"],
};

/** Such a statement, for programs whose outcome is to be inferred. */
export function drawFailure(shape: Shape, variable: string, random: RandomStream): string {
  const letters: Record<string, string> = { X: variable, K: String(random.integer(2, 5)) };
  return random.pick(FAILURES[shape]).replace(/\b[XK]\b/g, (letter) => letters[letter] ?? letter);
}
