import type { RandomStream } from "../../../random/stream.ts";

/** A small program and how a call of it ends: the class of an exception, or NoError. Executed by a test. */
export interface ErrorExample {
  program: string;
  input: string;
  error: string;
}

export const ERROR_EXAMPLES: readonly ErrorExample[] = [
  {
    program: `def f(a, b):
    return a // b`,
    input: "7, 0",
    error: "ZeroDivisionError",
  },
  {
    program: `def f(items, i):
    return items[i] * 2`,
    input: "[4, 8, 15], 3",
    error: "IndexError",
  },
  {
    program: `def f(words):
    return sorted(words)[0]`,
    input: '["pear", "fig"]',
    error: "NoError",
  },
  {
    program: `def f(prices, name):
    total = prices[name]
    return total + 1`,
    input: '{"tea": 2}, "milk"',
    error: "KeyError",
  },
  {
    program: `def f(text):
    n = int(text)
    return n * n`,
    input: '"12a"',
    error: "ValueError",
  },
  {
    program: `def f(a, b):
    return a + b`,
    input: '"3", 4',
    error: "TypeError",
  },
  {
    program: `def f(n):
    return n.upper()`,
    input: "5",
    error: "AttributeError",
  },
  {
    program: `def f(s):
    return s[1:] + s[:1]`,
    input: '""',
    error: "NoError",
  },
];

export function drawErrorExamples(random: RandomStream, count: number): ErrorExample[] {
  return random.sample(ERROR_EXAMPLES, count);
}
