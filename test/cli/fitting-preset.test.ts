import { afterAll, expect, test } from "bun:test";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fittingPreset } from "../../src/cli/fitting-preset.ts";
import { NAMED_MODELS } from "../../src/models/named-models.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const TINY = NAMED_MODELS.get("tiny")?.from;

/** A copy of the embedded model under another name, as a run that was fused into it would be. */
function copyOfTiny(name: string): string {
  if (TINY?.kind !== "own") throw new Error("tiny does not come with the project");
  const path = join(folder.path, name);
  cpSync(TINY.directory, path, { recursive: true });
  return path;
}

test.each([
  ["tiny", "tiny"],
  ["smollm2-135m", "smollm2"],
  ["distilgpt2", "simple-azr"],
  ["Qwen/Qwen3-0.6B@0123abc", "minazr"],
  ["Qwen/Qwen2.5-Coder-3B", "paper"],
])("a model that a preset names: %s", async (source, preset) => {
  expect((await fittingPreset(source)).preset).toBe(preset);
});

test("a model's own azr.json says which prompts it was trained on, whatever it is called", async () => {
  const { preset, why } = await fittingPreset(copyOfTiny("my-4B"));
  expect(preset).toBe("tiny");
  expect(why).toContain("azr.json");
});

test("without azr.json the parameters in its files count, and not its name", async () => {
  const path = copyOfTiny("plain-4B");
  rmSync(join(path, "azr.json"));
  expect(await fittingPreset(path)).toEqual({
    preset: null,
    why: "No preset is made for models of 1.16M parameters.",
  });
});

test("of a model that is not here its name tells the size: the nearest preset, and none for what is far off", async () => {
  expect((await fittingPreset("HuggingFaceTB/SmolLM2-360M-Instruct")).preset).toBe("smollm2");
  expect((await fittingPreset("Qwen/Qwen2.5-7B-Instruct")).preset).toBe("curriculum");
  expect((await fittingPreset("owner/giant-70B")).preset).toBeNull();
  expect((await fittingPreset("owner/unsized")).why).toContain("size is unknown");
});

test("a damaged model fits none, with the reason", async () => {
  const path = copyOfTiny("damaged");
  writeFileSync(join(path, "azr.json"), "{");
  const { preset, why } = await fittingPreset(path);
  expect(preset).toBeNull();
  expect(why).toContain("is not JSON");
});
