import { expect, test } from "bun:test";
import {
  type PythonValue,
  parseArguments,
  parseLiteral,
  pythonEquals,
  pythonRepr,
  pythonSame,
  pythonSource,
} from "../../src/sandbox/literals.ts";

function parsed(text: string): PythonValue {
  const value = parseLiteral(text);
  if (!value) throw new Error(`not a literal: ${text}`);
  return value;
}

test.each([
  ["0x_ff", "255"],
  ["-1_000", "-1000"],
  ["0b101", "5"],
  ["1e16", "1e+16"],
  ["1e15", "1000000000000000.0"],
  [".5", "0.5"],
  ["0.00001", "1e-05"],
  ["1e999", "inf"],
  ["float('-inf')", "-inf"],
  ["nan", "nan"],
  ["1+2j", "(1+2j)"],
  ["-(1)+(2j)", "(-1+2j)"],
  ["-2.5j", "(-0-2.5j)"],
  ["'a' \"b\"", "'ab'"],
  ['"it\'s"', `"it's"`],
  ["'\\x41\\u00e9\\U0001F600\\101\\d\\n'", "'A\u00e9\u{1f600}A\\\\d\\n'"],
  [String.raw`r'\n'`, String.raw`'\\n'`],
  ["'''a\r\nb'''", String.raw`'a\nb'`],
  [String.raw`b'\x00\377a'`, String.raw`b'\x00\xffa'`],
  ["(1)", "1"],
  ["1,", "(1,)"],
  ["[1, (2,), {3: {4}},]", "[1, (2,), {3: {4}}]"],
  ["{1: 2, 1.0: 3}", "{1: 3}"],
  ["{1, True, 1.0}", "{1}"],
  ["{2: 'a', 1: 'b', True: 'c', 3: 'd', 1.0: 'e'}", "{2: 'a', 1: 'e', 3: 'd'}"],
  ["set()", "set()"],
  ["frozenset({1})", "frozenset({1})"],
  ["[ # comment\n1,\n]", "[1]"],
])("%p reads as %p", (text, repr) => {
  expect(pythonRepr(parsed(text))).toBe(repr);
});

test.each([
  "",
  "x",
  "1 2",
  "1 +",
  "1 + 2",
  "--1",
  "-(-1)",
  "+(1+1j)",
  "1+(-2j)",
  "-True",
  "-'a'",
  "012",
  "1__0",
  "1_",
  "0x",
  "1a",
  "'a",
  "'a\nb'",
  "'a' b'a'",
  "b'é'",
  "f'{1}'",
  String.raw`'\N{DIGIT ONE}'`,
  String.raw`'\ud83d\ude00'`,
  String.raw`'\U00110000'`,
  "{[1]}",
  "{{}: 1}",
  "{1: 2, 3}",
  "{1, 2: 3}",
  "[1,,2]",
  "[,]",
  "(,)",
  "[1",
  "1]",
  "5) or (True",
  "__import__('os')",
  "[x for x in ()]",
  "*a",
  "...",
  "1\n2",
  "1\0",
])("%p is refused", (text) => {
  expect(parseLiteral(text)).toBeUndefined();
});

test("depth and size are bounded", () => {
  expect(parseLiteral("[".repeat(100) + "]".repeat(100))).toBeDefined();
  expect(parseLiteral("[".repeat(101) + "]".repeat(101))).toBeUndefined();
  expect(parseLiteral("(".repeat(1_000_000))).toBeUndefined();
  expect(parseLiteral("9".repeat(20_000))).toBeDefined();
  expect(parseLiteral("9".repeat(20_001))).toBeUndefined();
  expect(parseLiteral(" ".repeat(2_000_000))).toBeUndefined();
  expect(parseLiteral(`[${"0,".repeat(300_000)}]`)).toBeUndefined();
});

test.each([
  ["", "[]"],
  ["1, 'a'", "[1, 'a']"],
  ["1,\n 2,", "[1, 2]"],
  ["(1, 2)", "[(1, 2)]"],
])("arguments %p read as %p", (text, repr) => {
  expect(pythonRepr({ type: "list", items: parseArguments(text) ?? [{ type: "None" }] })).toBe(repr);
});

test.each(["a=1", "*[1]", "1) + f(2", "1 2", ","])("arguments %p are refused", (text) => {
  expect(parseArguments(text)).toBeUndefined();
});

test.each([
  ["1", "True", true],
  ["1", "1.0", true],
  ["0.0", "-0.0", true],
  ["1", "1+0j", true],
  ["9007199254740993", "9007199254740992.0", false],
  ["9007199254740992", "9007199254740992.0", true],
  ["10**2", "100", false],
  ["nan", "nan", false],
  ["'1'", "1", false],
  ["'a'", "b'a'", false],
  ["[1, 2]", "(1, 2)", false],
  ["[1, 2.0]", "[True, 2]", true],
  ["{1, 2}", "frozenset({2, 1.0})", true],
  ["{1: 'a', 2: 'b'}", "{2: 'b', 1.0: 'a'}", true],
  ["{1: 'a'}", "{1: 'b'}", false],
  ["{(1, 2)}", "{(1.0, True)}", false],
  ["{(1, 1)}", "{(1.0, True)}", true],
  ["None", "0", false],
  ["inf", "1e999", true],
] as const)("%s == %s is %p", (a, b, expected) => {
  const left = parseLiteral(a);
  const right = parseLiteral(b);
  expect(left !== undefined && right !== undefined && pythonEquals(left, right)).toBe(expected);
});

test("a set that repeats an item, as only a forged one can, equals no set of more items", () => {
  const one = parsed("1");
  expect(pythonEquals({ type: "set", items: [one, one] }, parsed("{1, 2}"))).toBe(false);
  const entry: [PythonValue, PythonValue] = [one, one];
  expect(pythonEquals({ type: "dict", entries: [entry, entry] }, parsed("{1: 1, 2: 2}"))).toBe(false);
});

test("pythonSame takes nan for equal, and pythonSource writes what Python can evaluate", () => {
  expect(pythonSame(parsed("[nan, {nan}]"), parsed("[nan, {nan}]"))).toBe(true);
  expect(pythonSame(parsed("[nan]"), parsed("[1]"))).toBe(false);
  expect(pythonSource(parsed("[inf, -inf, 1.5]"))).toBe("[float('inf'), float('-inf'), 1.5]");
  expect(pythonSource({ type: "complex", real: Infinity, imaginary: 1 })).toBe("complex(float('inf'), 1.0)");
});

test("sets within sets are equal to their last item, and keys of long ones are as exact as short ones", () => {
  const nested = (last: string) => {
    const items = Array.from({ length: 500 }, (_, i): PythonValue => ({ type: "str", value: `item ${i}` }));
    let value: PythonValue = { type: "frozenset", items: [...items, { type: "str", value: last }] };
    for (let level = 0; level < 60; level++)
      value = { type: "frozenset", items: [value, { type: "int", value: BigInt(level) }] };
    return value;
  };
  expect(pythonEquals(nested("same"), nested("same"))).toBe(true);
  expect(pythonEquals(nested("same"), nested("other"))).toBe(false);
});
