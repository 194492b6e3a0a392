import { expect, test } from "bun:test";
import { readAzrMini } from "../../src/evaluation/benchmarks/azr-mini.ts";
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

const HARD_SPACE = "\u00a0";
const INDENTED = WHOLE.replace(/^(?=.)/gm, "    ");
const WITH_HELPER = "def g(x):\n    return x\n\ndef f(x):\n    return g(x) + 1\n";
const [HELPER = "", USER = ""] = WITH_HELPER.split(/\n(?=def f)/);
const IN_DOCSTRING = 'def f(x):\n    """Adds.\n\n```\nf(1)\n```\n    """\n    return x + 1\n';
const IN_DOCSTRING_INDENTED = IN_DOCSTRING.replaceAll("\n`", "\n    `").replaceAll('"""', "'''");

/** Forms that are less tidy: where the code begins and ends is not on lines of its own. */
const AWKWARD: typeof CORPUS = [
  ["a fence after text on its line", `Here: ${FENCED}\nDone.`, WHOLE],
  ["a fence of one line", "Use ```python def f(x): return x + 1``` for it.", "def f(x): return x + 1"],
  ["a fence of one line without language", "```def f(x): return x + 1```", "def f(x): return x + 1"],
  ["code on the fence's line", "```python def f(x):\n    return x + 1\n```", "def f(x):\n    return x + 1"],
  ["a closing fence after code", "```python\ndef f(x):\n    return x```\nDone.", "def f(x):\n    return x"],
  ["text after the closing fence", `${FENCED} This adds one.\nIt is fast.`, WHOLE],
  ["a fence in a list item", "- ```python\n  def f(x):\n      return x\n  ```", "def f(x):\n    return x"],
  ["a fence inside a docstring", `\`\`\`python\n${IN_DOCSTRING}\`\`\`\nDone.`, IN_DOCSTRING],
  ["an indented one", `\`\`\`python\n${IN_DOCSTRING_INDENTED}\`\`\`\nDone.`, IN_DOCSTRING_INDENTED],
  ["a block that another one ends", `\`\`\`python\nx = 1\n${FENCED}`, WHOLE],
  ["a fence that only ends", `${WHOLE}\`\`\`\nThis adds one.`, WHOLE],
  ["never closed, prose after", `\`\`\`python\n${WHOLE}\nThis adds one`, WHOLE],
  ["tags of Llama", `[PYTHON]\n${WHOLE}[/PYTHON]\nDone.`, WHOLE],
  ["tags on the code's lines", "[PYTHON]def f(x):\n    return x[/PYTHON]", "def f(x):\n    return x"],
  ["a fence within tags", `[PYTHON]\n${FENCED}\n[/PYTHON]`, WHOLE],
  ["HTML", "So:<pre><code>def f(x):\n    return x &lt; 1\n</code></pre>Done.", "def f(x):\n    return x < 1"],
  ["HTML with a class", `<pre><code class="language-python">\n${WHOLE}</code></pre>`, WHOLE],
  ["LaTeX", `\\begin{lstlisting}[language=Python]\n${WHOLE}\\end{lstlisting}`, WHOLE],
  ["an end token after a fence", `${FENCED}<|im_end|>`, WHOLE],
  ["an end token in the fence", `\`\`\`python\n${WHOLE.trimEnd()}<|im_end|>\n`, WHOLE],
  ["an end token without fences", `${WHOLE.trimEnd()}<|im_end|>`, WHOLE],
  [
    "another turn after the end",
    `${WHOLE}<|im_end|>\n<|im_start|>user\nAnd g?\n\`\`\`python\ndef f(x): 0\n\`\`\``,
    WHOLE,
  ],
  ["other tokens", `<|im_start|>assistant\n${WHOLE.trimEnd()}</s>`, WHOLE],
  [
    "an end token that the code means",
    "def f(x):\n    return '<|im_end|>'\n",
    "def f(x):\n    return '<|im_end|>'",
  ],
  ["a quotation", `> ${FENCED.replaceAll("\n", "\n> ")}\n\nDone.`, WHOLE],
  ["a quotation without fences", `> ${WHOLE.trimEnd().replaceAll("\n", "\n> ")}`, WHOLE],
  ["a heading after", `${WHOLE}\n### Explanation\nIt adds one.`, WHOLE],
  ["a heading at once", `${WHOLE}## Explanation\n\n1. It adds one.`, WHOLE],
  ["bullets after", `${WHOLE}\n- It adds one\n- It is fast`, WHOLE],
  ["stars after", `${WHOLE}* It adds one`, WHOLE],
  ["bold after", `${WHOLE}**Explanation** adds one`, WHOLE],
  ["a note after", `${WHOLE}Note: this is O(1).`, WHOLE],
  ["a label after", `${WHOLE}\nComplexity: O(1)`, WHOLE],
  ["a label alone", `${WHOLE}\nExplanation:\n\n    x is one more.`, WHOLE],
  ["prose without a blank line", `${WHOLE}This function adds one.`, WHOLE],
  ["prose without a full stop", `${WHOLE}\nThis function adds one`, WHOLE],
  ["prose in small letters", `${WHOLE}\nthat adds one to x`, WHOLE],
  ["prose that begins as Python does", `${WHOLE}\nfor each number it is the same\nif so, fine`, WHOLE],
  ["prose with a call", `${WHOLE}\nf(1) returns 2`, WHOLE],
  ["prose with an apostrophe", `${WHOLE}\nIt's O(1), isn't it?`, WHOLE],
  ["prose in Chinese", `${WHOLE}\n这个函数加一。`, WHOLE],
  ["a result after", `${WHOLE}\nf(1) = 2`, WHOLE],
  ["an example after prose", `${WHOLE}\nExample usage:\n\nprint(f(1))\nOutput: 2`, WHOLE],
  ["a numbered list before", `1. Import nothing\n2. Add one\n${WHOLE}`, WHOLE],
  ["prose that begins like an import", `import what you need\n${WHOLE}`, WHOLE],
  ["a session after", `${WHOLE}\n>>> f(1)\n2`, WHOLE],
  ["a session in the block", `\`\`\`python\n${WHOLE}\n>>> f(1)\n2\n\`\`\``, WHOLE],
  [
    "a session alone",
    "```python\n>>> def f(x):\n...     return x + 1\n...\n>>> f(1)\n2\n```",
    "def f(x):\n    return x + 1\nf(1)",
  ],
  [
    "a session in a docstring stays",
    "def f(x):\n    '''\n>>> f(1)\n2\n    '''\n    return x\n",
    "def f(x):\n    '''\n>>> f(1)\n2\n    '''\n    return x",
  ],
  [
    "prose in a docstring stays",
    'def f(x):\n    """Adds\nThis adds one.\n"""\n    return x\n',
    'def f(x):\n    """Adds\nThis adds one.\n"""\n    return x',
  ],
  [
    "words between brackets stay",
    "X = [\n'a b',\n]\n\ndef f(x):\n    return X\n",
    "X = [\n'a b',\n]\n\ndef f(x):\n    return X",
  ],
  [
    "hard spaces",
    `\`\`\`python\ndef f(x):\n${HARD_SPACE.repeat(4)}return x\n\`\`\``,
    "def f(x):\n    return x",
  ],
  ["hard spaces without fences", `def f(x):\n${HARD_SPACE.repeat(4)}return x`, "def f(x):\n    return x"],
  [
    "a helper in another block",
    `\`\`\`python\n${HELPER}\`\`\`\nand\n\`\`\`python\n${USER}\`\`\``,
    WITH_HELPER,
  ],
  [
    "a helper that comes after",
    `\`\`\`python\n${USER}\`\`\`\nwith\n\`\`\`python\n${HELPER}\`\`\``,
    WITH_HELPER,
  ],
  [
    "an import in another block",
    "```python\nfrom math import pi\n```\n```python\ndef f(x):\n    return pi\n```",
    "from math import pi\n\ndef f(x):\n    return pi",
  ],
  [
    "a helper's helper",
    "```py\nimport math\n```\n```py\ndef g(x):\n    return math.pi\n```\n```py\ndef f(x):\n    return g(x)\n```",
    "import math\n\ndef g(x):\n    return math.pi\n\ndef f(x):\n    return g(x)",
  ],
  ["an example whose variable is a parameter", `\`\`\`python\nx = 3\nprint(f(x))\n\`\`\`\n${FENCED}`, WHOLE],
  [
    "an example whose variable is a second parameter",
    "```py\ny = 3\n```\n```py\ndef f(x: int, y: int):\n    return y\n```",
    "def f(x: int, y: int):\n    return y",
  ],
  ["a title after the fence", `\`\`\`python title="a.py"\n${WHOLE}\`\`\``, WHOLE],
  ["attributes of a fence", `\`\`\`{.python}\n${WHOLE}\`\`\``, WHOLE],
  ["quotes as a fence", `Here:\n'''python\n${WHOLE}'''\nDone.`, WHOLE],
  ["another speaker after the end", `${WHOLE.trimEnd()}<|endoftext|>Human: and g?`, WHOLE],
  [
    "a stub of the function after it",
    `${FENCED}\nIn short:\n\`\`\`python\ndef f(x):\n    ...\n\`\`\``,
    WHOLE,
  ],
  ["a call before the function", `import sys\nsys.path()\n${WHOLE}`, `import sys\nsys.path()\n${WHOLE}`],
  ["a call first", `sys.path()\n${WHOLE}\nThat is all`, `sys.path()\n${WHOLE}`],
  [
    "names imported between brackets",
    "```py\nfrom a import (\n    b as c,\n    d,\n)\n```\n```py\nimport e\n```\n```py\ndef f(x):\n    return c(x)\n```",
    "from a import (\n    b as c,\n    d,\n)\n\ndef f(x):\n    return c(x)",
  ],
  ["a fence that alone is indented", `  \`\`\`python\n${WHOLE}  \`\`\``, WHOLE],
  ["a table after", `${WHOLE}\n| x | f(x) |\n| - | - |`, WHOLE],
  ["a rule after", `${WHOLE}\n---\nDone`, WHOLE],
  ["a formula after", `${WHOLE}\n\\[ x + 1 \\]`, WHOLE],
  ["a sign after", `${WHOLE}\n✅ It works`, WHOLE],
  ["the output in a block", `${FENCED}\nOutput:\n\`\`\`\n2\n\`\`\``, WHOLE],
  ["a helper without fences", `${HELPER}\nIt is used so:\n\n${USER}\nDone.`, WITH_HELPER],
  ["an indented text", `Here:\n\n${INDENTED}\nDone.`, WHOLE],
  ["an indented block", `\`\`\`python\n${INDENTED}\`\`\``, WHOLE],
  ["code in a sentence", "It is `def f(x): return x + 1` and no more.", "def f(x): return x + 1"],
  ["a lambda in a sentence", "Take `f = lambda x: x + 1` here.", "f = lambda x: x + 1"],
  [
    "a method, not its example",
    "```python\nclass Solution:\n    def f(self, x):\n        return x\n```\n```python\nprint(Solution().f(1))\n```",
    "class Solution:\n    def f(self, x):\n        return x",
  ],
  [
    "a typed name",
    "```python\nf: Callable = lambda x: x\n```\n```python\nf(1)\n```",
    "f: Callable = lambda x: x",
  ],
];

for (const [name, response, code] of [...CORPUS, ...AWKWARD]) {
  test(`code in a response: ${name}`, () => {
    const found = extractCode(response, "f");
    expect(found.replace(/\n{3,}/g, "\n\n").trimEnd()).toBe(code.trimEnd());
  });
}

test("no program that is a whole response loses a line, also with prose around it", async () => {
  const { problems } = await readAzrMini();
  for (const { prompt, reference, wrong, entryPoint } of problems) {
    for (const completion of [reference, ...wrong.map(({ solution }) => solution)]) {
      const code = `${prompt}${completion}`.trim();
      for (const response of [code, `Sure:\n${code}\nNote: that's O(1).\n- It is right`]) {
        expect(extractCode(response, entryPoint).trim()).toBe(code);
        expect(extractCode(response).trim()).toBe(code);
      }
    }
  }
});

test("a program without a function is the last block that reads standard input, with what it uses", () => {
  const [imports, first, last] = ["import sys", "print(input())", "n = int(sys.stdin.readline())\nprint(n)"];
  const text = [imports, first, last, ">>> 3\n3"].map((body) => `\`\`\`python\n${body}\n\`\`\``).join("\n\n");
  expect(extractCode(text)).toBe(`${imports}\n\n${last}\n`);
  expect(extractCode("n, m = map(int, input().split())\nprint(n)\n\nIt reads two numbers.")).toBe(
    "n, m = map(int, input().split())\nprint(n)\n",
  );
});

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
  expect(completedProgram(PROMPT, nested, "f").trimEnd()).toBe(
    `${PROMPT}    if x:\n        return 1\n    return 2`,
  );
  const trimmed = "y = x\n    return y + 1";
  expect(completedProgram(PROMPT, trimmed, "f").trimEnd()).toBe(`${PROMPT}    y = x\n    return y + 1`);
  const explained = "    return x + 1\n\nThis adds one.";
  expect(completedProgram(PROMPT, explained, "f").trimEnd()).toBe(`${PROMPT}    return x + 1`);
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
