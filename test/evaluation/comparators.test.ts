import { expect, test } from "bun:test";
import {
  callAgrees,
  sameOutput,
  sameOutputStrictly,
  valueAgrees,
} from "../../src/evaluation/apps-comparators.ts";
import { mbppInputs } from "../../src/evaluation/evalplus-inputs.ts";
import { agrees } from "../../src/evaluation/evalplus-oracle.ts";
import { parsePythonJson } from "../../src/evaluation/python-json.ts";
import { type PythonValue, parseLiteral, pythonRepr } from "../../src/sandbox/literals.ts";

function value(text: string): PythonValue {
  const literal = parseLiteral(text);
  if (!literal) throw new Error(`no literal: ${text}`);
  return literal;
}

const plus = (out: string, expected: string, options: Partial<Parameters<typeof agrees>[0]> = {}) =>
  agrees({
    ...{ dataset: "humaneval", entryPoint: "f", tolerance: 0, args: [] },
    ...options,
    ...{ out: value(out), expected: value(expected) },
  });

test("JSON as Python reads it: floats stay floats, integers keep their digits, and strings are left alone", () => {
  const text =
    '{"a": [1, 1.0, -2e3, 123456789012345678901, true, null], "b": "1, NaN", "c": [NaN, -Infinity]}';
  expect(pythonRepr(parsePythonJson(text))).toBe(
    "{'a': [1, 1.0, -2000.0, 123456789012345678901, True, None], 'b': '1, NaN', 'c': [nan, -inf]}",
  );
  expect(pythonRepr(parsePythonJson('"\\u00e9 \\"3\\""'))).toBe(`'é "3"'`);
  expect(() => parsePythonJson("[1, 2")).toThrow(SyntaxError);
  expect(() => parsePythonJson("[1-2]")).toThrow(SyntaxError);
});

test("EvalPlus: equality, floats within tolerance, and types that must agree", () => {
  expect(plus("[1, 2]", "[1, 2]")).toBe(true);
  expect(plus("(1, 2)", "[1, 2]")).toBe(false);
  expect(plus("0.1000001", "0.1")).toBe(true);
  expect(plus("0.10001", "0.1")).toBe(false);
  expect(plus("[0.1, 0.2000001]", "[0.1, 0.2]")).toBe(true);
  expect(plus("(0.1, 0.2000001)", "[0.1, 0.2]")).toBe(false);
  expect(plus("2", "2.0")).toBe(true);
  expect(plus("1", "1.0000001")).toBe(false);
  expect(plus("1.4", "1", { tolerance: 0.5 })).toBe(false);
  expect(plus("[1]", "[1, 2]", { tolerance: 0.5 })).toBe(false);
});

test("EvalPlus: any root of a polynomial, sets, zero for sum_div", () => {
  const roots = { entryPoint: "find_zero", tolerance: 1e-4, args: [value("[-6, 11, -6, 1]")] };
  for (const root of ["1", "2.0", "3.00000001"]) expect(plus(root, "1.0", roots)).toBe(true);
  for (const root of ["1.5", "'x'", "float('nan')"]) expect(plus(root, "1.0", roots)).toBe(false);
  const mbpp = { dataset: "mbpp" } as const;
  expect(plus("[2, 1, 1]", "(1, 2)", { ...mbpp, entryPoint: "similar_elements" })).toBe(true);
  expect(plus("[2, 1]", "(1, 2, 3)", { ...mbpp, entryPoint: "similar_elements" })).toBe(false);
  expect(plus("0", "7", { ...mbpp, entryPoint: "sum_div" })).toBe(true);
  expect(plus("[2, 1]", "[1, 2]", mbpp)).toBe(false);
});

test("MBPP+ inputs become the tuples, sets and complex numbers that JSON cannot hold", () => {
  const changed = (task: number, args: string) => {
    const list = value(args);
    return list.type === "list" ? mbppInputs(task, list.items).map(pythonRepr).join(", ") : "";
  };
  expect(changed(2, "[[3, 4], [5]]")).toBe("(3, 4), (5,)");
  expect(changed(63, "[[[3, 5], [1, 7]]]")).toBe("[(3, 5), (1, 7)]");
  expect(changed(75, "[[[6, 24]], 6]")).toBe("[(6, 24)], 6");
  expect(changed(106, "[[5, 6], [9]]")).toBe("[5, 6], (9,)");
  expect(changed(115, "[[[1, 2], []]]")).toBe("[{1, 2}, {}]");
  expect(changed(124, "['3', '(1+2j)']")).toBe("3.0, (1+2j)");
  expect(changed(252, "['1j']")).toBe("1j");
  expect(changed(259, "[[[1, 3]], [[6, 7]]]")).toBe("((1, 3),), ((6, 7),)");
  expect(changed(722, "[{'a': [1, 2]}, 3]")).toBe("{'a': (1, 2)}, 3");
  expect(changed(580, "[[1, [2]]]")).toBe("(1, (2,))");
  expect(changed(9, "[[1]]")).toBe("[1]");
});

test("APPS: what the official judge takes for right, and what only the strict one refuses", () => {
  const same: [string, string][] = [
    ["1\n2\n", "1\n2"],
    ["  1  \n\n2", "1\n2"],
    ["1   2", "1 2"],
    ["0.3333333333", "0.33333333"],
    ["YES\nNO", "YES\nNO\n"],
    ["b a\nc", "a b\nc"],
    ["2\n1", "1\n2"],
  ];
  for (const [output, expected] of same) expect(sameOutput(output, expected), output).toBe(true);
  const different: [string, string][] = [
    ["1\n2\n3", "1\n2"],
    ["yes", "YES"],
    ["", "1"],
    ["0.34", "0.33"],
    ["nan", "1"],
  ];
  for (const [output, expected] of different) expect(sameOutput(output, expected), output).toBe(false);
  expect(sameOutputStrictly("1 \n2\n\n", "1\n2")).toBe(true);
  for (const output of ["2\n1", "1\n\n2", "1  2", " 1\n2"]) {
    expect(sameOutputStrictly(output, "1\n2"), output).toBe(false);
  }
});

test("APPS: returned values; an expected value may stand in a list of its own", () => {
  expect(valueAgrees(value("(1, (2,))"), value("[1, [2]]"))).toBe(true);
  expect(callAgrees(value("9"), value("[9]"))).toBe(true);
  expect(valueAgrees(value("9"), value("[9]"))).toBe(false);
  expect(callAgrees(value("'9'"), value("[9]"))).toBe(false);
  expect(callAgrees(value("{1: 2}"), value("{'1': 2}"))).toBe(false);
});
