import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random, scope } from "../../src/mlx/index.ts";
import { fuseAdapter } from "../../src/models/fuse.ts";
import { loadModel } from "../../src/models/load.ts";
import { quantizeModel } from "../../src/models/quantize.ts";
import { type ResolvedModel, resolveModel } from "../../src/models/resolve.ts";
import { saveAdapter } from "../../src/nn/adapter-file.ts";
import { loadTokenizer } from "../../src/tokenizer/load.ts";
import { adapt } from "../../src/training/adapted-model.ts";
import { withMlx } from "../mlx/live-arrays.ts";
import { pythonWith, run } from "../python-peers.ts";

/** mlx-lm opens what we write: the real SmolLM2, packed, adapted and fused, gives the same logits there. */

withMlx();

const REQUIREMENTS = [
  "mlx-lm==0.32.2",
  "mlx==0.32.4",
  ...(process.platform === "linux" ? ["mlx-cpu==0.32.4"] : []),
];
const TEXT = "def factorial(n):\n    return 1 if n < 2 else n * factorial(n - 1)  # für 10 gives 3628800";
const TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"] as const;
const MINUTES = 60_000;

interface Written {
  name: string;
  model: string;
  adapter: string | null;
  /** Ours, [T, V] in a row. */
  logits: Float32Array;
}

let root = "";
let python = "";
let tokens: number[] = [];
const written: Written[] = [];
const local = (path: string): ResolvedModel => ({ path, name: "written", format: "directory" });

async function logitsOf(path: string): Promise<Float32Array> {
  using model = await loadModel(local(path), { device: "cpu" });
  return model.logits([tokens]).data;
}

/** An adapter of every projection of the last 12 layers, with B not 0. */
async function writeAdapter(base: string, directory: string): Promise<Float32Array> {
  await mkdir(directory);
  using model = await loadModel(local(base), { device: "cpu" });
  using adapted = adapt(
    model,
    { type: "lora", rank: 8, alpha: 16, dropout: 0, layers: 12, targets: [...TARGETS] },
    { seed: 1, reference: false },
  );
  const values = Object.entries(adapted.parameters.values);
  adapted.parameters.assign(
    values.map(([name, array], i) => {
      if (!name.endsWith("lora_b")) return array;
      const drawn = scope(() => random.normal(array.shape, { key: random.key(i), deviation: 0.02 }));
      array.dispose();
      return drawn;
    }),
  );
  saveAdapter(directory, adapted.adapter, adapted.parameters.exported());
  return model.logits([tokens]).data;
}

interface Theirs {
  text: number[];
  chat: number[];
  logits: Float32Array;
}

/** What mlx-lm makes of models and adapters. */
async function theirs(
  models: readonly { model: string; adapter: string | null; make_adapter?: boolean }[],
): Promise<Theirs[]> {
  const jobs = models.map(({ model, adapter, make_adapter = false }, i) => ({
    ...{ model, adapter, make_adapter, tokens },
    text: TEXT,
    output: join(root, `${i}.f32`),
  }));
  await Bun.write(join(root, "jobs.json"), JSON.stringify(jobs));
  const printed: Omit<Theirs, "logits">[] = JSON.parse(
    await run([python, join(import.meta.dir, "mlx_lm_logits.py"), join(root, "jobs.json")]),
  );
  return await Promise.all(
    printed.map(async (one, i) => ({
      ...one,
      logits: new Float32Array(await Bun.file(join(root, `${i}.f32`)).arrayBuffer()),
    })),
  );
}

function expectSame(name: string, ours: Float32Array, others: Float32Array): void {
  expect(others.length, name).toBe(ours.length);
  const furthest = ours.reduce((most, x, at) => Math.max(most, Math.abs(x - (others[at] as number))), 0);
  console.log(`${name}: logits differ by ${furthest.toExponential(1)} at most`);
  expect(furthest, name).toBeLessThan(1e-3);
}

beforeAll(async () => {
  python = await pythonWith(...REQUIREMENTS);
  root = await mkdtemp(join(tmpdir(), "azr-mlx-lm-"));
  const source = await resolveModel("smollm2-135m");
  tokens = (await loadTokenizer(source.path)).encode(TEXT);
  const [packed, sharded, whole, repacked, adapter] = [
    "packed",
    "sharded",
    "whole",
    "repacked",
    "adapter",
  ].map((name) => join(root, name)) as [string, string, string, string, string];
  const add = (name: string, model: string, logits: Float32Array, adapterPath: string | null = null) =>
    written.push({ name, model, adapter: adapterPath, logits });
  await quantizeModel(source, { bits: 4, groupSize: 64, output: packed });
  add("4 bits, groups of 64", packed, await logitsOf(packed));
  await quantizeModel(source, { bits: 8, groupSize: 32, output: sharded, shardBytes: 40e6 });
  add("8 bits, groups of 32, in shards", sharded, await logitsOf(sharded));
  add("an adapter on 4 bits", packed, await writeAdapter(packed, adapter), adapter);
  await fuseAdapter(local(packed), { adapter, output: whole, dequantize: true });
  add("the adapter fused into whole weights", whole, await logitsOf(whole));
  await fuseAdapter(local(packed), { adapter, output: repacked });
  add("the adapter fused, packed again", repacked, await logitsOf(repacked));
}, 20 * MINUTES);
afterAll(() => rm(root, { recursive: true }));

test(
  "logits within 1e-3, and the same tokens",
  async () => {
    const printed = await theirs(written);
    for (const [i, { name, model, logits }] of written.entries()) {
      expectSame(name, logits, printed[i]?.logits as Float32Array);
      const tokenizer = await loadTokenizer(model);
      const { text, chat } = printed[i] as Theirs;
      expect({ text, chat }).toEqual({
        text: tokens,
        chat: tokenizer.encodeChat([{ role: "user", content: TEXT }]),
      });
    }
    // They are five different models.
    expect(new Set(written.map(({ logits }) => logits[0])).size).toBe(written.length);
  },
  10 * MINUTES,
);

test(
  "an adapter that mlx-lm wrote is fused here",
  async () => {
    const [adapter, output] = [join(root, "theirs"), join(root, "theirs-fused")];
    const [printed] = await theirs([{ model: join(root, "packed"), adapter, make_adapter: true }]);
    await fuseAdapter(local(join(root, "packed")), { adapter, output, dequantize: true, dtype: "float32" });
    expectSame("mlx-lm's adapter, fused", await logitsOf(output), printed?.logits as Float32Array);
  },
  10 * MINUTES,
);
