import { expect, test } from "bun:test";
import { computation } from "../../benchmarks/learning-parts/twins.ts";

const inOne = (expression: string) => `def f(a):\n    return ${expression}`;
const inTwo = (name: string, inner: string, outer: string) =>
  `def f(a):\n    ${name} = ${inner}\n    return ${outer}`;

test("a chain is one computation, however it is written", () => {
  const one = inOne("sum(a[1:])");
  expect(computation(one)).toBe(one);
  expect(computation(inTwo("b", "a[1:]", "sum(b)"))).toBe(one);
  expect(computation(inTwo("a", "a[1:]", "sum(a)"))).toBe(one);
  expect(computation(inTwo("b", "a + 2", "b * 3"))).toBe(inOne("(a + 2) * 3"));
  expect(computation(inTwo("b", "a + 't'", "b.replace('b', 'o')"))).toBe(
    inOne("(a + 't').replace('b', 'o')"),
  );
  expect(computation(inTwo("b", "a + 2", "b * b"))).toBe(inOne("(a + 2) * (a + 2)"));
});

test("other constants, other orders and other shapes are other computations", () => {
  const one = computation(inTwo("b", "a + 2", "b * 3"));
  for (const other of [inTwo("b", "a + 3", "b * 3"), inTwo("b", "a * 3", "b + 2"), inOne("a + 2 * 3")])
    expect(computation(other)).not.toBe(one);
  const branch = "def f(a):\n    if a > 2:\n        return a + 1\n    return a";
  expect(computation(branch)).toBe(branch);
});
