import { expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { modelsAtHand } from "../../src/cli/models-at-hand.ts";

test("a model that has a name is not listed by its path too", () => {
  const before = process.cwd();
  process.chdir(resolve(import.meta.dir, "../.."));
  try {
    const sources = modelsAtHand().map(({ source }) => source);
    expect(sources).toContain("tiny");
    expect(sources).not.toContain(`./${join("models", "tiny")}`);
  } finally {
    process.chdir(before);
  }
});
