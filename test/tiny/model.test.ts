import { expect, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ownPromptStyle } from "../../src/models/prompt-style.ts";
import { resolveModel } from "../../src/models/resolve.ts";
import { TAGS } from "../../src/selfplay/prompts/tagged/tags.ts";
import { loadTokenizer } from "../../src/tokenizer/load.ts";
import { makeTasks } from "../../tiny/grammar/tasks.ts";
import { makeRow } from "../../tiny/rows.ts";

const { path, name, format } = await resolveModel("tiny");

test("the embedded model is found by its name, is below 2 MB and names its prompts", () => {
  expect([name, format]).toEqual(["tiny", "directory"]);
  const bytes = readdirSync(path).reduce((sum, file) => sum + statSync(join(path, file)).size, 0);
  expect(bytes).toBeLessThan(2_000_000);
  expect(ownPromptStyle(path)).toBe("tagged");
});

test("its tokenizer holds the tags as single tokens, and texts of its kind come back", async () => {
  const tokenizer = await loadTokenizer(path);
  for (const tag of TAGS) expect(tokenizer.encode(tag)).toHaveLength(1);
  const tasks = await makeTasks(77, 0, 200);
  for (let i = 0; i < 300; i++) {
    const { prompt, completion } = makeRow(77, i, tasks);
    for (const text of [prompt, completion]) {
      const ids = tokenizer.encode(text);
      expect(tokenizer.decode(ids)).toBe(text);
      expect(ids.length).toBeLessThan(150);
    }
  }
});
