import { expect, test } from "bun:test";
import { blocksOf, programBlock } from "../../../src/selfplay/prompts/full/blocks.ts";

const F = "def f(a):\n    return a";
const fence = (tag: string, text: string) => `\`\`\`${tag}\n${text}\n\`\`\``;

test.each([
  [fence("input", "1"), ["1"]],
  [`${fence("input", "1")}\ntext\n${fence("Input", "2")}`, ["1", "2"]],
  // A missing last fence; a fence that opens the next block at once; a block on one line.
  ["```input\n1", ["1"]],
  ["```python\nx\n```input\n1\n```", ["1"]],
  ["```input 5, 'a'```", ["5, 'a'"]],
  // Indented, with blanks behind the tag, and with more on the fence's line.
  ["  ```input  \n1\n  ```", ["1"]],
  ["```input title\n1\n```", ["1"]],
  // A longer fence holds a shorter one.
  ["````input\n```\n1\n```\n````", ["```\n1\n```"]],
  ["```input\n```\n```input\n1\n```", ["1"]],
  [fence("inputs", "1"), []],
  ["input\n1", []],
])("inputs of %j", (text, contents) => {
  expect(blocksOf(text, "input")).toEqual(contents);
});

test.each([
  [fence("python", F), F, F],
  [fence("py", F), F, F],
  [fence("Python3", F), F, F],
  [fence("", F), F, F],
  // Of several, the one that defines f counts.
  [`${fence("python", "import math")}\n${fence("python", F)}\n${fence("python", "print(f(1))")}`, F, F],
  [`${fence("python", F)}\n${fence("python", `${F} + 1`)}`, F, `${F} + 1`],
  [`${fence("", "1")}\n${fence("python", F)}`, F, F],
  // Type parameters or not.
  [
    `${fence("python", "def f[T](a: T):\n    return a")}\n${fence("python", "print(f(1))")}`,
    "def f[T](a: T):\n    return a",
    "def f[T](a: T):\n    return a",
  ],
  ["no block", undefined, undefined],
])("program of %j", (text, first, last) => {
  expect([programBlock(text, "first"), programBlock(text, "last")]).toEqual([first, last]);
});
