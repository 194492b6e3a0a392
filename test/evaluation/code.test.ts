import { expect, test } from "bun:test";
import { completedProgram, defines, extractCode } from "../../src/evaluation/prompts/code.ts";
import { withoutThoughts } from "../../src/evaluation/prompts/format.ts";

const PROMPT =
  'from typing import List\n\ndef helper(x):\n    return x\n\ndef f(x: int) -> int:\n    """Adds 1."""\n';
const WHOLE = "def f(x: int) -> int:\n    return x + 1\n";
const FENCED = `\`\`\`python\n${WHOLE}\`\`\``;

/** Responses as models write them, and the code that is in them. */
const CORPUS: [name: string, response: string, code: string][] = [
  ["one block", FENCED, WHOLE],
  ["text before and after", `Sure! Here it is:\n\n${FENCED}\n\nThis adds one. It runs in O(1).`, WHOLE],
  [
    "the block that defines the function, not the example",
    `${FENCED}\nUse it so:\n\`\`\`python\nprint(f(1))\n\`\`\``,
    WHOLE,
  ],
  [
    "the last of two attempts",
    `\`\`\`python\ndef f(x):\n    return x\n\`\`\`\nNo, that is wrong.\n${FENCED}`,
    WHOLE,
  ],
  ["a block in another language first", `\`\`\`bash\npip install x\n\`\`\`\n${FENCED}`, WHOLE],
  ["no language", `\`\`\`\n${WHOLE}\`\`\``, WHOLE],
  ["py, Python3, PYTHON", `\`\`\`Python3\n${WHOLE}\`\`\``, WHOLE],
  ["tildes", `~~~python\n${WHOLE}~~~`, WHOLE],
  ["never closed", `Here:\n\`\`\`python\n${WHOLE}`, WHOLE],
  ["Windows line ends", `\`\`\`python\r\n${WHOLE.replaceAll("\n", "\r\n")}\`\`\`\r\n`, WHOLE],
  [
    "in a list, indented",
    `1. Code:\n   \`\`\`python\n   def f(x):\n       return x\n   \`\`\`\n`,
    "def f(x):\n    return x\n",
  ],
  [
    "fences in a string of the code",
    "````python\ndef f(x):\n    return '```'\n````",
    "def f(x):\n    return '```'\n",
  ],
  ["no block, text before", `The answer is:\n${WHOLE}`, WHOLE],
  ["no block, prose after", `${WHOLE}\nThis function adds one to the number.`, WHOLE],
  ["only code", WHOLE, WHOLE],
  [
    "a main guard stays",
    `\`\`\`python\n${WHOLE}\nif __name__ == "__main__":\n    print(f(1))\n\`\`\``,
    `${WHOLE}\nif __name__ == "__main__":\n    print(f(1))\n`,
  ],
  [
    "imports before the function",
    "import math\n\ndef f(x):\n    return math.floor(x)\n",
    "import math\n\ndef f(x):\n    return math.floor(x)\n",
  ],
  ["an empty block before", `\`\`\`python\n\`\`\`\n${FENCED}`, WHOLE],
  [
    "a class around another name",
    "```python\nclass Solution:\n    def f(self):\n        pass\n```",
    "class Solution:\n    def f(self):\n        pass\n",
  ],
  [
    "two blocks that belong together",
    "```python\nimport math\n```\nand\n```python\nx = 1\n```",
    "import math\n\nx = 1\n",
  ],
];

for (const [name, response, code] of CORPUS) {
  test(`code in a response: ${name}`, () =>
    expect(extractCode(response, "f").trimEnd()).toBe(code.trimEnd()));
}

test("a function repeated whole keeps the prompt's imports and helpers; a body stands behind the prompt", () => {
  const before = "from typing import List\n\ndef helper(x):\n    return x\n\n";
  expect(completedProgram(PROMPT, FENCED, "f")).toBe(before + WHOLE);
  for (const body of [
    "    return x + 1\n",
    "```python\n    return x + 1\n```",
    "return x + 1\n",
    "```\nreturn x + 1\n```",
  ]) {
    expect(completedProgram(PROMPT, body, "f").trimEnd()).toBe(`${PROMPT}    return x + 1`);
  }
  const nested = "if x:\n    return 1\nreturn 2";
  expect(completedProgram(PROMPT, nested, "f")).toBe(`${PROMPT}    if x:\n        return 1\n    return 2`);
  expect(completedProgram(PROMPT, "", "f")).toBe(PROMPT);
});

test("what a program defines is told by its top level", () => {
  for (const program of [
    "def f(x): pass",
    "async def f(): pass",
    "class f: pass",
    "x = 1\nf = lambda x: x",
  ]) {
    expect(defines(program, "f")).toBe(true);
  }
  for (const program of ["def ff(x): pass", "    def f(x): pass", "f == 1", "# def f", ""]) {
    expect(defines(program, "f")).toBe(false);
  }
});

test("thoughts are left out: the last answer, also one that was never closed", () => {
  expect(withoutThoughts("so </think> <answer> 4 </answer>", "azr")).toBe("4");
  expect(withoutThoughts("<answer>1</answer> no </think> <answer>2", "azr")).toBe("2");
  expect(withoutThoughts("hm </think> 5", "azr")).toBe("5");
  expect(withoutThoughts("<think>hm</think>\n\n6", "chat")).toBe("6");
  expect(withoutThoughts("    return 1\n", "raw")).toBe("    return 1\n");
});
