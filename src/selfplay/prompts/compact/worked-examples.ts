import type { RandomStream } from "../../../random/stream.ts";
import { parseArguments } from "../../../sandbox/literals.ts";

/** A small task that shows a model the shape of proposals and answers. Each call is [arguments, output]. */
export interface WorkedExample {
  program: string;
  message: string;
  /** At least ten, so that inductions of up to ten inputs can be shown whole. */
  calls: readonly (readonly [input: string, output: string])[];
}

/** Executed by a test, so that the outputs are true. */
export const WORKED_EXAMPLES = {
  addFive: {
    program: `def f(n):
    return n + 5`,
    message: "Five more than the number.",
    calls: [
      ["10", "15"],
      ["3", "8"],
      ["0", "5"],
      ["-7", "-2"],
      ["100", "105"],
      ["2.5", "7.5"],
      ["41", "46"],
      ["-5", "0"],
      ["9", "14"],
      ["1000", "1005"],
    ],
  },
  exclaim: {
    program: `def f(s):
    return s + "!"`,
    message: "The text with an exclamation mark.",
    calls: [
      ['"hi"', "'hi!'"],
      ['"wow"', "'wow!'"],
      ['""', "'!'"],
      ['"good day"', "'good day!'"],
      ['"ok?"', "'ok?!'"],
      ['"A"', "'A!'"],
      ['"stop"', "'stop!'"],
      ['"!"', "'!!'"],
      ['"yes no"', "'yes no!'"],
      ['"123"', "'123!'"],
    ],
  },
  product: {
    program: `def f(a, b):
    return a * b`,
    message: "The product of the two.",
    calls: [
      ["3, 4", "12"],
      ["7, 0", "0"],
      ["-2, 5", "-10"],
      ["10, 10", "100"],
      ["1, 9", "9"],
      ["6, 0.5", "3.0"],
      ["-3, -3", "9"],
      ["8, 2", "16"],
      ["11, 3", "33"],
      ['2, "ab"', "'abab'"],
    ],
  },
  wordLengths: {
    program: `def f(text):
    words = text.split()
    return [len(w) for w in words]`,
    message: "The length of each word.",
    calls: [
      ['"the quick brown fox"', "[3, 5, 5, 3]"],
      ['"hello"', "[5]"],
      ['"to be or not"', "[2, 2, 2, 3]"],
      ['""', "[]"],
      ['"a bb ccc"', "[1, 2, 3]"],
      ['"one  two"', "[3, 3]"],
      ['"rain falls"', "[4, 5]"],
      ['"x y z"', "[1, 1, 1]"],
      ['"deep blue sea"', "[4, 4, 3]"],
      ['"programming"', "[11]"],
    ],
  },
  digitSum: {
    program: `def f(n):
    total = 0
    while n > 0:
        total += n % 10
        n //= 10
    return total`,
    message: "The sum of the digits.",
    calls: [
      ["4821", "15"],
      ["7", "7"],
      ["100", "1"],
      ["99", "18"],
      ["0", "0"],
      ["12345", "15"],
      ["808", "16"],
      ["31", "4"],
      ["560", "11"],
      ["2222", "8"],
    ],
  },
  rotate: {
    program: `def f(items, k):
    return items[k:] + items[:k]`,
    message: "The list turned to the left by k places.",
    calls: [
      ["[3, 1, 4, 1, 5], 2", "[4, 1, 5, 3, 1]"],
      ["[1, 2, 3], 1", "[2, 3, 1]"],
      ["[7, 8], 0", "[7, 8]"],
      ['["a", "b", "c"], 2', "['c', 'a', 'b']"],
      ["[5], 1", "[5]"],
      ["[1, 2, 3, 4], 3", "[4, 1, 2, 3]"],
      ["[9, 8, 7], 5", "[9, 8, 7]"],
      ["[], 2", "[]"],
      ["[0, 1, 0, 1], 2", "[0, 1, 0, 1]"],
      ["[6, 5, 4], -1", "[4, 6, 5]"],
    ],
  },
  letterCounts: {
    program: `def f(s):
    counts = {}
    for c in s:
        counts[c] = counts.get(c, 0) + 1
    return counts`,
    message: "How often each letter occurs.",
    calls: [
      ['"banana"', "{'b': 1, 'a': 3, 'n': 2}"],
      ['"aab"', "{'a': 2, 'b': 1}"],
      ['""', "{}"],
      ['"zzz"', "{'z': 3}"],
      ['"abc"', "{'a': 1, 'b': 1, 'c': 1}"],
      ['"noon"', "{'n': 2, 'o': 2}"],
      ['"x"', "{'x': 1}"],
      ['"book"', "{'b': 1, 'o': 2, 'k': 1}"],
      ['"1221"', "{'1': 2, '2': 2}"],
      ['"a a"', "{'a': 2, ' ': 1}"],
    ],
  },
  gcd: {
    program: `def f(a, b):
    while b:
        a, b = b, a % b
    return a`,
    message: "The greatest common divisor of two numbers.",
    calls: [
      ["84, 36", "12"],
      ["7, 3", "1"],
      ["10, 5", "5"],
      ["0, 9", "9"],
      ["18, 12", "6"],
      ["100, 75", "25"],
      ["17, 17", "17"],
      ["8, 20", "4"],
      ["1, 50", "1"],
      ["48, 180", "12"],
    ],
  },
  evenSum: {
    program: `def f(numbers):
    total = 0
    for x in numbers:
        if x % 2 == 0:
            total += x
    return total`,
    message: "The sum of the even numbers.",
    calls: [
      ["[5, 12, 7, 30]", "42"],
      ["[1, 3, 5]", "0"],
      ["[]", "0"],
      ["[4, 4, 4]", "12"],
      ["[9, 8]", "8"],
      ["[-2, 6, 1]", "4"],
      ["[10, 20, 30]", "60"],
      ["[3, 2]", "2"],
      ["[0, 5, 50]", "50"],
      ["[2, 7, 1, 8]", "10"],
    ],
  },
  pairs: {
    program: `def f(s):
    return "-".join(s[i:i + 2] for i in range(0, len(s), 2))`,
    message: "The text in pairs of letters, joined by dashes.",
    calls: [
      ['"abcdefg"', "'ab-cd-ef-g'"],
      ['"hello"', "'he-ll-o'"],
      ['""', "''"],
      ['"ab"', "'ab'"],
      ['"python"', "'py-th-on'"],
      ['"12345678"', "'12-34-56-78'"],
      ['"xyz"', "'xy-z'"],
      ['"banana"', "'ba-na-na'"],
      ['"tree"', "'tr-ee'"],
      ['"a b c"', "'a -b -c'"],
    ],
  },
  unique: {
    program: `def f(xs):
    result = []
    for x in xs:
        if x not in result:
            result.append(x)
    return result`,
    message: "The list without repeated elements.",
    calls: [
      ["[1, 2, 1, 3, 2]", "[1, 2, 3]"],
      ["[5, 5, 5]", "[5]"],
      ["[]", "[]"],
      ['["a", "b", "a"]', "['a', 'b']"],
      ["[3, 2, 1]", "[3, 2, 1]"],
      ["[0, 0, 1, 1]", "[0, 1]"],
      ["[7]", "[7]"],
      ["[4, 6, 4, 6, 8]", "[4, 6, 8]"],
      ["[True, False, True]", "[True, False]"],
      ["[9, 1, 9, 1]", "[9, 1]"],
    ],
  },
} satisfies Record<string, WorkedExample>;

export const ALL_EXAMPLES: readonly WorkedExample[] = Object.values(WORKED_EXAMPLES);

/** How many arguments the calls of a worked example, or a list of arguments as text, take. */
export function argumentCount(of: WorkedExample | string): number {
  return parseArguments(typeof of === "string" ? of : (of.calls[0]?.[0] ?? ""))?.length ?? 0;
}

/**
 * `wanted` worked examples in random order, all with as many arguments: a small model that has seen several
 * numbers of them mixes them up between a function and its call. Any examples when too few take `count`.
 */
export function drawExamples(random: RandomStream, wanted: number, count: number): WorkedExample[] {
  const same = ALL_EXAMPLES.filter((example) => argumentCount(example) === count);
  return random.sample(same.length >= wanted ? same : ALL_EXAMPLES, wanted);
}
