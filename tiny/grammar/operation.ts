/** Types of the values that the generator's programs work on. */
export type ValueType = "int" | "list" | "str" | "bool";

/** What fills an operation's holes: a number, one letter or two different ones. */
export type Constant = readonly [low: number, high: number] | "letter" | "letters";

/**
 * One way from a value to another. In the texts {x} stands for the operand, {k} for a number, {c} and {d} for
 * letters.
 */
export interface Operation {
  from: ValueType;
  to: ValueType;
  /** Python. */
  code: string;
  /** Whether it can stand inside another expression without brackets of its own. */
  tight: boolean;
  /** As an order: "add 3". */
  say: string;
  /** As a thing: "n plus 3". */
  noun: string;
  constant: Constant | null;
}

/** A type and its operations: code | order | thing, and what fills the holes. */
type Row = readonly [text: string, constant?: Constant];

const TABLE: readonly [from: ValueType, to: ValueType, rows: readonly Row[]][] = [
  [
    "int",
    "int",
    [
      ["{x} + {k} | add {k} | {x} plus {k}", [1, 9]],
      ["{x} - {k} | subtract {k} | {x} minus {k}", [1, 9]],
      ["{x} * {k} | multiply by {k} | {x} times {k}", [2, 5]],
      ["{x} // {k} | divide by {k} and round down | {x} divided by {k}, rounded down", [2, 4]],
      ["{x} % {k} | take the remainder by {k} | the remainder of {x} divided by {k}", [2, 5]],
      ["max({x}, {k}) | raise to at least {k} | the larger of {x} and {k}", [2, 9]],
      ["min({x}, {k}) | limit to at most {k} | the smaller of {x} and {k}", [2, 9]],
      ["abs({x} - {k}) | take the distance to {k} | the distance between {x} and {k}", [2, 9]],
      ["{k} - {x} | subtract it from {k} | {k} minus {x}", [5, 9]],
      ["{x} * {x} | square it | the square of {x}"],
    ],
  ],
  [
    "list",
    "list",
    [
      ["{x}[::-1] | reverse the list | {x} in reverse order"],
      ["{x}[1:] | drop the first item | {x} without its first item"],
      ["{x}[:-1] | drop the last item | {x} without its last item"],
      ["{x}[:2] | keep the first two | the first two items of {x}"],
      ["{x}[-2:] | keep the last two | the last two items of {x}"],
      ["{x}[::2] | take every second item | every second item of {x}"],
      ["sorted({x}) | sort the list | the items of {x} in ascending order"],
      ["{x} + [{k}] | append {k} | {x} with {k} added at the end", [0, 9]],
      ["[{k}] + {x} | prepend {k} | {x} with {k} put in front", [0, 9]],
      ["{x} * 2 | repeat the list twice | {x} repeated twice"],
      ["[x + {k} for x in {x}] | add {k} to each | each item of {x} plus {k}", [1, 5]],
      ["[x * {k} for x in {x}] | multiply each by {k} | each item of {x} times {k}", [2, 3]],
      ["[x // 2 for x in {x}] | halve each and round down | the items of {x}, each halved and rounded down"],
      [
        "[x for x in {x} if x > {k}] | keep items above {k} | the items of {x} that are greater than {k}",
        [1, 7],
      ],
      [
        "[x for x in {x} if x < {k}] | keep items below {k} | the items of {x} that are less than {k}",
        [2, 8],
      ],
      ["[x for x in {x} if x % 2 == 0] | keep the even items | the even items of {x}"],
    ],
  ],
  [
    "list",
    "int",
    [
      ["len({x}) | count the items | the number of items in {x}"],
      ["sum({x}) | sum the items | the sum of {x}"],
      ["max({x}) | take the largest item | the largest item of {x}"],
      ["min({x}) | take the smallest item | the smallest item of {x}"],
      ["{x}[0] | take the first item | the first item of {x}"],
      ["{x}[-1] | take the last item | the last item of {x}"],
      ["{x}[1] | take the second item | the second item of {x}"],
      ["{x}.count({k}) | count how often {k} occurs | how many times {k} is in {x}", [0, 9]],
    ],
  ],
  [
    "list",
    "bool",
    [
      ["{k} in {x} | test if it contains {k} | True if {x} contains the number {k}", [0, 9]],
      ["len({x}) > {k} | test if it is longer than {k} | True if {x} has more than {k} items", [1, 3]],
    ],
  ],
  [
    "str",
    "str",
    [
      ["{x}[::-1] | reverse the text | {x} in reverse order"],
      ["{x}.upper() | make it upper case | {x} in capital letters"],
      ["{x}[1:] | drop the first letter | {x} without its first letter"],
      ["{x}[:-1] | drop the last letter | {x} without its last letter"],
      ["{x} + '{c}' | add {c} at the end | {x} with {c} added at the end", "letter"],
      ["'{c}' + {x} | add {c} in front | {x} with {c} put in front", "letter"],
      ["{x} * 2 | repeat the text twice | {x} repeated twice"],
      ["{x}[0] | take the first letter | the first letter of {x}"],
      ["{x}[-1] | take the last letter | the last letter of {x}"],
      ["{x}.replace('{c}', '{d}') | replace {c} with {d} | {x} with every {c} replaced by {d}", "letters"],
    ],
  ],
  [
    "str",
    "int",
    [
      ["len({x}) | count the letters | the number of letters in {x}"],
      ["{x}.count('{c}') | count the letter {c} | how many times {c} is in {x}", "letter"],
    ],
  ],
  ["str", "bool", [["'{c}' in {x} | test if it contains {c} | True if {x} contains {c}", "letter"]]],
  [
    "int",
    "list",
    [
      ["[{x}] * {k} | make a list of {k} copies | a list that holds {x} {k} times", [2, 4]],
      ["[{x}, {x} + {k}] | list it and it plus {k} | a list of {x} and {x} plus {k}", [1, 5]],
    ],
  ],
  [
    "int",
    "bool",
    [
      ["{x} > {k} | test if it is above {k} | True if {x} is greater than {k}", [2, 8]],
      ["{x} % 2 == 0 | test if it is even | True if {x} is even"],
    ],
  ],
  ["int", "str", [["str({x}) | convert to text | {x} as a string"]]],
];

export const OPERATIONS: readonly Operation[] = TABLE.flatMap(([from, to, rows]) =>
  rows.map(([text, constant = null]) => {
    const [code = "", say = "", noun = ""] = text.split(" | ");
    return { from, to, code, tight: isTight(code), say, noun, constant };
  }),
);

/** Without a space outside brackets there is no operator that its neighbours could come between. */
function isTight(code: string): boolean {
  let outside = code;
  for (let before = ""; outside !== before; ) {
    before = outside;
    outside = outside.replace(/\([^()[\]]*\)|\[[^()[\]]*\]/g, "");
  }
  return !outside.includes(" ");
}

/** What a program may ask of its argument: Python | "is even". */
export const CONDITIONS: Readonly<Record<"int" | "list" | "str", readonly Row[]>> = {
  int: [
    ["{x} > {k} | is above {k}", [2, 8]],
    ["{x} < {k} | is below {k}", [2, 8]],
    ["{x} % 2 == 0 | is even"],
  ],
  list: [
    ["len({x}) > {k} | has more than {k} items", [1, 3]],
    ["{k} in {x} | contains {k}", [0, 9]],
    ["{x}[0] > {k} | begins with more than {k}", [2, 7]],
  ],
  str: [
    ["len({x}) > {k} | has more than {k} letters", [2, 4]],
    ["'{c}' in {x} | contains {c}", "letter"],
  ],
};

/** Operations on two arguments: types, Python, order, thing. */
export const PAIRS: readonly [from: readonly [ValueType, ValueType], to: ValueType, text: string][] = [
  [["int", "int"], "int", "{a} + {b} | add them | {a} plus {b}"],
  [["int", "int"], "int", "{a} - {b} | subtract the second from the first | {a} minus {b}"],
  [["int", "int"], "int", "{a} * {b} | multiply them | {a} times {b}"],
  [["int", "int"], "int", "max({a}, {b}) | take the larger | the larger of {a} and {b}"],
  [["int", "int"], "int", "min({a}, {b}) | take the smaller | the smaller of {a} and {b}"],
  [["int", "int"], "int", "abs({a} - {b}) | take their distance | the distance between {a} and {b}"],
  [["int", "int"], "list", "[{a}, {b}] | pair them | a list of {a} and {b}"],
  [["list", "int"], "list", "{a} + [{b}] | append the number | {a} with {b} added at the end"],
  [["list", "int"], "int", "{a}.count({b}) | count the number | how many times {b} is in {a}"],
  [["list", "list"], "list", "{a} + {b} | join them | {a} followed by {b}"],
  [["str", "str"], "str", "{a} + {b} | join them | {a} followed by {b}"],
  [["str", "str"], "str", "{b} + {a} | join the second before the first | {b} followed by {a}"],
  [["list", "int"], "list", "[x + {b} for x in {a}] | add the number to each | each item of {a} plus {b}"],
  [
    ["list", "int"],
    "list",
    "[x for x in {a} if x > {b}] | keep items above the number | the items of {a} that are greater than {b}",
  ],
  [["str", "int"], "str", "{a} * {b} | repeat the text so often | {a} repeated {b} times"],
];
