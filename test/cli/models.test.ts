import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOf, FakeHub } from "../models/fake-hub.ts";
import { zeroSafetensors } from "../models/headers-only.ts";
import { run } from "./command-line.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
let home = "";
let hub: FakeHub;
let env: Record<string, string> = {};
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "azr-models-"));
  hub = new FakeHub();
  hub.repositories.set("someone/tiny", {
    commit: COMMIT,
    large: ["model.safetensors"],
    files: {
      "config.json": bytesOf("{}"),
      "tokenizer.json": bytesOf("{}"),
      "model.safetensors": bytesOf("weights"),
    },
  });
  hub.revisions.set("someone/tiny@v1", COMMIT);
  env = { HF_HOME: home, HF_HUB_CACHE: "", HF_TOKEN: "", HF_HUB_OFFLINE: "", HF_ENDPOINT: hub.url };
});
afterAll(async () => {
  hub[Symbol.dispose]();
  await rm(home, { recursive: true });
});

test("models pull fetches a repo id at a revision, and models list shows it", async () => {
  const snapshot = join(home, "hub", "models--someone--tiny", "snapshots", COMMIT);
  const pulled = await run(["models", "pull", "someone/tiny", "--revision", "v1", "--json"], { env });
  expect(pulled.stderr).toContain("someone/tiny@v1: 11 B in");
  expect(JSON.parse(pulled.stdout)).toEqual({
    path: snapshot,
    name: "someone/tiny@v1",
    format: "directory",
  });
  const { named, cached } = JSON.parse((await run(["models", "list", "--json"], { env })).stdout);
  expect(named.map((each: { name: string }) => each.name)).toEqual(["tiny", "smollm2-135m"]);
  expect(named[0]).toMatchObject({ megabytes: 0, path: expect.stringMatching(/models.tiny$/) });
  const entry = { name: "someone/tiny", commit: COMMIT, revisions: ["v1"], path: snapshot, bytes: 11 };
  expect(cached).toEqual([{ ...entry, complete: true }]);
  expect((await run(["models", "list"], { env })).stdout).toContain("someone/tiny  v1, 01234567, 11 B");
});

test("what cannot be fetched is one error with its mend and its exit code", async () => {
  const unknown = await run(["models", "pull", "someone/else"], { env });
  expect([unknown.code, unknown.stdout]).toEqual([3, ""]);
  expect(unknown.stderr).toContain("someone/else is gated or private, or does not exist (HTTP 401)");
  expect(unknown.stderr).toContain("HF_TOKEN");
  const offline = await run(["models", "pull", "someone/else"], { env: { ...env, HF_HUB_OFFLINE: "1" } });
  expect(offline.code).toBe(3);
  expect(offline.stderr).toContain("HF_HUB_OFFLINE is set");
  const nowhere = await run(["models", "pull", "someone/else"], {
    env: { ...env, HF_ENDPOINT: "http://127.0.0.1:1" },
  });
  expect(nowhere.code).toBe(7);
  expect(nowhere.stderr).toContain("could not be reached");
  const twice = await run(["models", "pull", "a/b@c", "--revision", "d"], { env });
  expect(twice.code).toBe(2);
});

test("models info says what a model is and the memory it takes, of a repo id by its headers alone", async () => {
  const config = {
    model_type: "llama",
    vocab_size: 100,
    hidden_size: 64,
    intermediate_size: 128,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    tie_word_embeddings: true,
  };
  hub.repositories.set("someone/llama", {
    commit: COMMIT,
    large: [],
    files: {
      "config.json": bytesOf(JSON.stringify(config)),
      "model.safetensors": zeroSafetensors({ "model.embed_tokens.weight": ["F16", 100, 64] }),
    },
  });
  const command = ["models", "info", "someone/llama", "--device", "gpu", "--batch", "2", "--length", "100"];
  const { stdout, stderr, code } = await run([...command, "--json"], { env });
  expect(code, stderr).toBe(0);
  const info = JSON.parse(stdout);
  expect([info.path, info.parameters, info.bits_per_weight]).toEqual([null, 6400, 16]);
  expect(info.memory.inference).toMatchObject({ weights: 12_800, cache: 4 * 2 * 2 * 64 * 128 });
  const text = (await run(command, { env })).stdout;
  expect(text).toContain("not on this machine: azr-tui models pull fetches it");
  expect(text).toContain("generate 2 x 100 tokens, prompts of 50");
  const wrong = await run([...command, "--prompt", "101"], { env });
  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
});
