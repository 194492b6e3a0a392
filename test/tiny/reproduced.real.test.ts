import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TINY_HELDOUT_PATH } from "../../src/evaluation/benchmarks/tiny-heldout-data.ts";
import { SHIPPED } from "../../tiny/data.ts";
import { heldOutProblems } from "../../tiny/held-out.ts";
import { makeTokenizer } from "../../tiny/tokenizer.ts";

const MODEL = join(import.meta.dir, "..", "..", "models", "tiny");

test("the generator makes tiny-heldout as it comes with azr-tui, to the byte", async () => {
  const problems = await heldOutProblems(SHIPPED.seed, 200);
  const text = problems.map((problem) => `${JSON.stringify(problem)}\n`).join("");
  expect(text === readFileSync(TINY_HELDOUT_PATH, "utf8")).toBe(true);
});

test("and the tokenizer of the model that ships", async () => {
  const shipped = JSON.parse(readFileSync(join(MODEL, "tokenizer.json"), "utf8"));
  const { vocab_size: size } = JSON.parse(readFileSync(join(MODEL, "config.json"), "utf8"));
  expect(shipped).toMatchObject(JSON.parse(JSON.stringify(await makeTokenizer(SHIPPED.seed, size))));
});
