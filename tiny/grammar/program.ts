import type { RandomStream } from "../../src/random/stream.ts";
import { CONDITIONS, type Constant, OPERATIONS, type Operation, PAIRS, type ValueType } from "./operation.ts";

/** Letters of the generator's strings. */
export const LETTERS = [..."abcdehkost"];

/** A random program: what it computes, in Python and in words, for any names of function and arguments. */
export interface Program {
  arguments: readonly ValueType[];
  /** The body's lines, arguments named by `names`, indented by four spaces. */
  body(names: readonly string[]): string;
  /** What it does as an order, without names: "add 3, then square it". */
  message: string;
  /** What it gives as a thing: "the square of n plus 3". */
  noun(names: readonly string[]): string;
}

const ARGUMENTS = ["a", "b"] as const;

/** The program as tasks hold it: a function f of a and b. */
export function sourceOf(program: Program, name = "f", names: readonly string[] = ARGUMENTS): string {
  const own = names.slice(0, program.arguments.length);
  return `def ${name}(${own.join(", ")}):\n${program.body(own)}`;
}

/** An operation with its holes filled. */
interface Filled {
  from: ValueType;
  to: ValueType;
  code(operand: string): string;
  tight: boolean;
  say: string;
  noun(operand: string): string;
}

/** Draws a program; `random` alone decides. */
export function drawProgram(random: RandomStream): Program {
  for (;;) {
    const from = weighted(random, FIRST);
    const program = weighted(random, SHAPES)(random, from);
    if (program) return program;
  }
}

/** One of the entries, each as likely as its weight says. */
const weighted = <T>(random: RandomStream, entries: readonly (readonly [T, number])[]): T => {
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  let at = random.uniform() * total;
  for (const [value, weight] of entries) {
    at -= weight;
    if (at < 0) return value;
  }
  return (entries.at(-1) as readonly [T, number])[0];
};

type First = "int" | "list" | "str";
type Shape = (random: RandomStream, from: First) => Program | null;

const FIRST: readonly (readonly [First, number])[] = [
  ["int", 4],
  ["list", 5],
  ["str", 3],
];

const SHAPES: readonly (readonly [Shape, number])[] = [
  [single, 40],
  [chain, 26],
  [branch, 10],
  [sumOfEach, 4],
  [repeated, 5],
  [ofTwo, 15],
];

function single(random: RandomStream, from: First): Program {
  const operation = draw(random, from);
  return {
    arguments: [from],
    body: ([a = ""]) => `    return ${operation.code(a)}`,
    message: operation.say,
    noun: ([a = ""]) => operation.noun(a),
  };
}

/** Two operations, one after the other in statements or in one expression. */
function chain(random: RandomStream, from: First): Program | null {
  const first = draw(random, from);
  if (first.to === "bool") return null;
  const second = draw(random, first.to);
  const [inline, other] = [random.uniform() < 0.3, random.uniform() < 0.5];
  return {
    arguments: [from],
    body: ([a = ""]) => {
      const inner = first.code(a);
      if (inline) return `    return ${second.code(first.tight ? inner : `(${inner})`)}`;
      const name = other ? "b" : a;
      return `    ${name} = ${inner}\n    return ${second.code(name)}`;
    },
    message: `${first.say}, then ${second.say}`,
    noun: ([a = ""]) => second.noun(first.noun(a)),
  };
}

/** One of two operations, as a condition decides. */
function branch(random: RandomStream, from: First): Program | null {
  const condition = fillText(random, ...random.pick(CONDITIONS[from]));
  const first = draw(random, from);
  const second = draw(random, from, first.to);
  if (first.say === second.say || first.to === "bool") return null;
  const [test, words] = condition as [string, string];
  return {
    arguments: [from],
    body: ([a = ""]) =>
      `    if ${put(test, a)}:\n        return ${first.code(a)}\n    return ${second.code(a)}`,
    message: `if it ${words}: ${first.say}, else ${second.say}`,
    noun: ([a = ""]) => `${first.noun(a)} if ${a} ${words}, else ${second.noun(a)}`,
  };
}

/** The sum over a list of each item changed. */
function sumOfEach(random: RandomStream): Program {
  const operation = draw(random, "int", "int");
  return {
    arguments: ["list"],
    body: ([a = ""]) => `    s = 0\n    for x in ${a}:\n        s += ${operation.code("x")}\n    return s`,
    message: `for each: ${operation.say}, and sum`,
    noun: ([a = ""]) => `the sum over the items of ${a} of ${operation.noun("the item")}`,
  };
}

/** The same operation two or three times. */
function repeated(random: RandomStream, from: First): Program {
  const operation = draw(random, from, from);
  const times = random.integer(2, 3);
  return {
    arguments: [from],
    body: ([a = ""]) => `    for i in range(${times}):\n        ${a} = ${operation.code(a)}\n    return ${a}`,
    message: `${times} times: ${operation.say}`,
    noun: ([a = ""]) => `${a} after this is done ${times} times: ${operation.say}`,
  };
}

/** Two arguments brought together, and perhaps one operation on what comes of it. */
function ofTwo(random: RandomStream): Program {
  const [types, to, text] = random.pick(PAIRS);
  const [code = "", say = "", noun = ""] = text.split(" | ");
  const both = (words: string, [a = "", b = ""]: readonly string[]) =>
    words.replaceAll("{a}", a).replaceAll("{b}", b);
  if (random.uniform() < 0.5) {
    return {
      arguments: types,
      body: (names) => `    return ${both(code, names)}`,
      message: say,
      noun: (names) => both(noun, names),
    };
  }
  const next = draw(random, to);
  return {
    arguments: types,
    body: (names) => `    c = ${both(code, names)}\n    return ${next.code("c")}`,
    message: `${say}, then ${next.say}`,
    noun: (names) => next.noun(both(noun, names)),
  };
}

function draw(random: RandomStream, from: ValueType, to?: ValueType): Filled {
  const all = OPERATIONS.filter((each) => each.from === from && (to === undefined || each.to === to));
  return fill(random, random.pick(all));
}

function fill(random: RandomStream, { constant, code, say, noun, ...rest }: Operation): Filled {
  const [filledCode, filledSay, filledNoun] = fillAll(random, [code, say, noun], constant) as [
    string,
    string,
    string,
  ];
  return {
    ...rest,
    say: filledSay,
    code: (operand) => put(filledCode, operand),
    noun: (operand) => put(filledNoun, operand),
  };
}

const fillText = (random: RandomStream, text: string, constant: Constant | null = null): string[] =>
  fillAll(random, text.split(" | "), constant);

function fillAll(random: RandomStream, texts: readonly string[], constant: Constant | null): string[] {
  const [c = "", d = ""] = typeof constant === "string" ? random.sample(LETTERS, 2) : [];
  const k = constant !== null && typeof constant !== "string" ? String(random.integer(...constant)) : "";
  return texts.map((text) => text.replaceAll("{k}", k).replaceAll("{c}", c).replaceAll("{d}", d));
}

const put = (text: string, operand: string): string => text.replaceAll("{x}", operand);
