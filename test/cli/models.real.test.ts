import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { ConfigSchema } from "../../src/config/schema.ts";
import { dispose, initialise, mx, scope } from "../../src/mlx/index.ts";
import { saveAdapter } from "../../src/nn/adapter-file.ts";
import { writeCheckpoint } from "../../src/runs/checkpoint.ts";
import { recordCheckpoint } from "../../src/runs/commit.ts";
import { RunDirectory } from "../../src/runs/run-directory.ts";
import { FakeHub } from "../models/fake-hub.ts";
import { tinyTensors, writeModel } from "../models/tiny-model.ts";
import { run, start } from "./command-line.ts";

let root = "";
let base = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "azr-models-cli-"));
  base = join(root, "base");
  await initialise();
  const tensors = tinyTensors();
  writeModel(base, tensors);
  dispose(tensors);
}, 600_000);
afterAll(() => rm(root, { recursive: true }));

test("models quantize writes a packed model, says what it wrote, and refuses a taken place", async () => {
  const output = join(root, "packed");
  const command = [
    "models",
    "quantize",
    base,
    "--bits",
    "8",
    "--group-size",
    "32",
    "--output",
    output,
    "--json",
  ];
  const { stdout, stderr, code } = await run(command);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("packing base in 8 bits: 21 tensors in");
  const written = JSON.parse(stdout);
  expect([written.path, written.parameters]).toEqual([output, 328_320]);
  expect(written.bytes).toBe(Math.round((written.parameters * written.bits_per_weight) / 8));
  const again = await run(command);
  expect([again.code, again.stdout]).toEqual([2, ""]);
  expect(again.stderr).toContain("is there already");
  const odd = await run(["models", "quantize", base, "--bits", "5", "--output", join(root, "odd")]);
  expect(odd.code).toBe(2);
});

test("generate fetches a packed model from a hub at a revision, and answers with it offline too", async () => {
  const packed = join(root, "smollm2-4bit");
  const made = await run(["models", "quantize", "smollm2-135m", "--group-size", "32", "--output", packed]);
  expect(made.code, made.stderr).toBe(0);
  using hub = new FakeHub();
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (const file of readdirSync(packed)) files[file] = await Bun.file(join(packed, file)).bytes();
  const commit = "0123456789abcdef0123456789abcdef01234567";
  hub.repositories.set("someone/smollm2-4bit", {
    commit,
    large: ["model.safetensors", "tokenizer.json"],
    files,
  });
  hub.revisions.set("someone/smollm2-4bit@v1", commit);
  const env = {
    HF_HOME: join(root, "hf"),
    HF_HUB_CACHE: "",
    HF_TOKEN: "",
    HF_HUB_OFFLINE: "",
    HF_ENDPOINT: hub.url,
  };
  const answer = async (model: string[], more: Record<string, string> = {}) => {
    const command = [
      "generate",
      ...model,
      "--raw",
      "The capital of France is",
      "--max-tokens",
      "4",
      "--json",
    ];
    const { stdout, stderr, code } = await run(command, { env: { ...env, ...more } });
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout)[0].text;
  };
  const first = await answer(["--model", "someone/smollm2-4bit", "--revision", "v1"]);
  expect(first).toBe(await answer(["--model", packed]));
  const asked = hub.requests.length;
  expect(await answer(["--model", "someone/smollm2-4bit@v1"], { HF_HUB_OFFLINE: "1" })).toBe(first);
  expect(hub.requests.length).toBe(asked);
}, 300_000);

test("Ctrl-C while a model is written leaves nothing behind", async () => {
  const output = join(root, "interrupted");
  const child = start(["models", "quantize", "smollm2-135m", "--output", output]);
  const errors = new TextDecoder();
  let text = "";
  for await (const chunk of child.stderr) {
    text += errors.decode(chunk, { stream: true });
    if (text.includes("packing smollm2-135m in 4 bits ...")) child.kill("SIGINT");
  }
  expect(await child.exited).toBe(130);
  expect(text).toContain("nothing was written");
  expect([existsSync(output), existsSync(`${output}.partial`)]).toEqual([false, false]);
}, 300_000);

test("models fuse takes a run's newest checkpoint and the model that it was trained on", async () => {
  const path = join(root, "runs", "first");
  const module = "model.layers.1.self_attn.v_proj";
  const config = v.parse(ConfigSchema, { model: { source: base }, adapter: { type: "lora", rank: 2 } });
  const created = RunDirectory.create(path, config);
  const record = await writeCheckpoint(created.checkpointsPath, 3, async (directory) => {
    scope(() => {
      const parameters = { [`${module}.lora_a`]: mx.ones([128, 2]), [`${module}.lora_b`]: mx.ones([2, 64]) };
      const lora_parameters = { rank: 2, scale: 2, dropout: 0, keys: ["self_attn.v_proj"] };
      saveAdapter(directory, { fine_tune_type: "lora", num_layers: 1, lora_parameters }, parameters);
    });
  });
  const database = created.openDatabase();
  recordCheckpoint(database, record, 3);
  database.close();

  const env = { AZR_RUNS_DIR: join(root, "runs") };
  for (const [i, adapter] of ["first", join(created.checkpointsPath, record.directory)].entries()) {
    const output = join(root, `fused-${i}`);
    const { stdout, stderr, code } = await run(["models", "fuse", "--adapter", adapter, "--output", output], {
      env,
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(`${output}\n`);
    expect(existsSync(join(output, "model.safetensors"))).toBe(true);
  }
  const unknown = await run(
    ["models", "fuse", "--adapter", join(root, "none"), "--output", join(root, "x")],
    { env },
  );
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("neither a run nor a directory with adapters.safetensors");
});
