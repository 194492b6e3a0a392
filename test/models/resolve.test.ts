import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, ModelLoadError } from "../../src/errors/index.ts";
import { atRevision, parseRepository } from "../../src/hub/repository.ts";
import { resolveModel } from "../../src/models/resolve.ts";

let directory = "";
const { HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE } = process.env;
const environment = { HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE };
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "azr-resolve-"));
  process.env.HF_HOME = join(directory, "hf");
  delete process.env.HF_HUB_CACHE;
  process.env.HF_HUB_OFFLINE = "1";
});
afterAll(async () => {
  for (const [key, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[key];
    else process.env[key] = value;
  }
  await rm(directory, { recursive: true, force: true });
});

async function refusal(source: string): Promise<ModelLoadError> {
  const outcome = await resolveModel(source).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(ModelLoadError);
  return outcome as ModelLoadError;
}

test("an unknown name is refused with the nearest known one", async () => {
  const error = await refusal("smolm2-135");
  expect(error.message).toBe('unknown model "smolm2-135"');
  expect(error.mend).toStartWith("Did you mean smollm2-135m?");
});

test("a directory without a model, a missing file and a file that is no GGUF are refused", async () => {
  const empty = join(directory, "empty");
  await mkdir(empty);
  expect((await refusal(empty)).message).toContain("config.json is missing");
  expect((await refusal(join(directory, "none.gguf"))).message).toContain("does not exist");
  const text = join(directory, "model.bin");
  await writeFile(text, "x");
  expect((await refusal(text)).message).toContain("expected a .gguf file or a directory");
  const wrong = join(directory, "wrong.gguf");
  await writeFile(wrong, "not a model at all");
  expect((await refusal(wrong)).message).toContain(wrong);
});

test("a repo id is taken from the Hugging Face cache, of a revision too", async () => {
  expect((await refusal("someone/some-model")).message).toContain("is not in the Hugging Face cache");
  const folder = join(directory, "hf", "hub", "models--someone--some-model");
  const snapshot = join(folder, "snapshots", "abc123");
  await mkdir(snapshot, { recursive: true });
  await mkdir(join(folder, "refs"));
  await writeFile(join(folder, "refs", "main"), "abc123");
  for (const file of ["config.json", "tokenizer.json"]) await writeFile(join(snapshot, file), "{}");
  expect((await refusal("someone/some-model")).message).toContain("lacks model.safetensors");
  await writeFile(join(snapshot, "model.safetensors"), "x");
  for (const source of ["someone/some-model", "someone/some-model@abc123"]) {
    expect(await resolveModel(source)).toEqual({ path: snapshot, name: source, format: "directory" });
  }
});

test("--revision is written after the repo id, and goes with nothing else", () => {
  expect(atRevision("someone/some-model", undefined)).toBe("someone/some-model");
  expect(atRevision("someone/some-model", "v1.0")).toBe("someone/some-model@v1.0");
  expect(() => atRevision("someone/some-model@a", "b")).toThrow(/names a revision already/);
  expect(() => atRevision("model.gguf", "b")).toThrow(/"model.gguf" is none/);
  expect(() => atRevision("someone/some-model", "../b")).toThrow(ConfigError);
});

test.each(["a/b/c", "a/..", "../b", "a/b@", "a/b@..", "a/b@x/../../y", "a b/c", "/etc/passwd", "a/.b"])(
  "%s is no repo id",
  (source) => expect(parseRepository(source)).toBeUndefined(),
);

test("GPT-2's repositories go by their old names too", () => {
  expect(parseRepository("distilgpt2")).toEqual({ name: "distilbert/distilgpt2", revision: "main" });
  expect(parseRepository("gpt2-medium@v1")).toEqual({ name: "openai-community/gpt2-medium", revision: "v1" });
  expect(parseRepository("gpt3")).toBeUndefined();
});
