import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownPromptStyle } from "../../src/models/prompt-style.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

test("a model's directory names the prompt style that it was trained on", () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "azr.json");
  expect(ownPromptStyle(folder.path)).toBeNull();
  expect(ownPromptStyle("/nowhere/model.gguf")).toBeNull();
  writeFileSync(file, '{"prompt": "tagged"}');
  expect(ownPromptStyle(folder.path)).toBe("tagged");
  writeFileSync(file, '{"prompt": "rhymes"}');
  expect(() => ownPromptStyle(folder.path)).toThrow("names no prompt style");
  writeFileSync(file, "{");
  expect(() => ownPromptStyle(folder.path)).toThrow("is not JSON");
});
