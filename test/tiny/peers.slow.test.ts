import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { resolveModel } from "../../src/models/resolve.ts";
import { stream } from "../../src/random/stream.ts";
import { loadTokenizer } from "../../src/tokenizer/load.ts";
import { makeTasks } from "../../tiny/grammar/tasks.ts";
import { makeRow } from "../../tiny/rows.ts";
import { pythonWith, run } from "../python-peers.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const { path } = await resolveModel("tiny");
/** mlx-lm brings transformers and tokenizers along. */
const REQUIREMENTS = [
  "mlx-lm==0.32.2",
  "mlx==0.32.4",
  ...(process.platform === "linux" ? ["mlx-cpu==0.32.4"] : []),
];
const python = await pythonWith(...REQUIREMENTS);

async function script(source: string, input: unknown): Promise<unknown> {
  const file = join(folder.path, "input.json");
  await Bun.write(file, JSON.stringify(input));
  return JSON.parse(await run([python, "-c", source, path, file]));
}

test("Python's tokenizers gives the same ids for 1,000 texts, and the same texts back", async () => {
  const tokenizer = await loadTokenizer(path);
  const tasks = await makeTasks(78, 0, 400);
  const random = stream(1, "texts");
  const own = Array.from({ length: 250 }, (_, i) => makeRow(78, i, tasks)).flatMap((row) => [
    row.prompt,
    row.completion,
  ]);
  const noise = Array.from({ length: 500 }, () => {
    const pieces = Array.from({ length: random.integer(1, 12) }, () =>
      random.pick([
        "<in>",
        "<end>",
        "<",
        "'",
        '"',
        "ab'",
        "é",
        "漢",
        "\n",
        "\n    ",
        "  ",
        "12",
        "def f(",
        "):",
        "🙂",
        " x_1",
        "\t",
      ]),
    );
    return pieces.join("");
  });
  const texts = [...own, ...noise];
  expect(texts).toHaveLength(1000);
  const theirs = (await script(
    `
import json, sys
from tokenizers import Tokenizer
t = Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")
t.encode_special_tokens = True
out = [t.encode(x, add_special_tokens=False).ids for x in json.load(open(sys.argv[2]))]
print(json.dumps([out, [t.decode(x, skip_special_tokens=True) for x in out]]))`,
    texts,
  )) as [number[][], string[]];
  for (const [i, text] of texts.entries()) {
    const ids = tokenizer.encode(text);
    expect(ids, text).toEqual(theirs[0][i] as number[]);
    expect(tokenizer.decode(ids), text).toBe(theirs[1][i] as string);
  }
}, 300_000);

test("mlx-lm loads the packed weights and answers as this project does", async () => {
  const prompts = [
    "<SD><code>def f(a):\n    return a + 3<in>4<ans>",
    "<SD><code>def f(a):\n    return a[::-1]<in>[1, 2]<ans>",
  ];
  const theirs = await script(
    `
import json, sys
from mlx_lm import load, generate
model, tokenizer = load(sys.argv[1])
print(json.dumps([generate(model, tokenizer, p, max_tokens=16) for p in json.load(open(sys.argv[2]))]))`,
    prompts,
  );
  const ours = await Promise.all(
    prompts.map(async (prompt) => {
      const args = [
        "generate",
        prompt,
        "--model",
        "tiny",
        "--raw",
        "--temperature",
        "0",
        "--max-tokens",
        "16",
        "--json",
      ];
      const child = Bun.spawnSync([
        process.execPath,
        join(import.meta.dir, "../../src/cli/main.ts"),
        ...args,
      ]);
      return JSON.parse(child.stdout.toString())[0].text;
    }),
  );
  expect(theirs).toEqual(ours);
}, 300_000);
