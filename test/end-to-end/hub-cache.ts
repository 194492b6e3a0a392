import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BenchmarkName } from "../../src/config/benchmark-name.ts";
import { ROWS } from "../evaluation/samples-of.ts";
import { vocabularyPath } from "../tokenizer/vocabularies.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/** Puts files into a Hugging Face cache as the branch main of a repository, such as `models--owner--name`. */
function cacheSnapshot(cache: string, repository: string): string {
  const snapshot = join(cache, repository, "snapshots", COMMIT);
  mkdirSync(snapshot, { recursive: true });
  mkdirSync(join(cache, repository, "refs"), { recursive: true });
  writeFileSync(join(cache, repository, "refs", "main"), COMMIT);
  return snapshot;
}

/** Rows of a benchmark where its data set would be; what a file holds is seen by its contents. */
export function cacheBenchmark(cache: string, name: BenchmarkName, repository: string, file: string): void {
  const path = join(cacheSnapshot(cache, `datasets--${repository.replace("/", "--")}`), file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, ROWS[name].map((row) => JSON.stringify(row)).join("\n"));
}

/** A GPT-2 with one thin layer of random weights and GPT-2's own vocabulary; its directory. */
export async function cacheGpt2(cache: string, repository: string): Promise<string> {
  const snapshot = cacheSnapshot(cache, `models--${repository.replace("/", "--")}`);
  const vocabulary = await vocabularyPath("gpt2");
  for (const file of ["tokenizer.json", "tokenizer_config.json"])
    copyFileSync(join(vocabulary, file), join(snapshot, file));
  const [vocabularySize, positions, width] = [50_257, 8192, 16];
  writeFileSync(
    join(snapshot, "config.json"),
    JSON.stringify({
      architectures: ["GPT2LMHeadModel"],
      model_type: "gpt2",
      vocab_size: vocabularySize,
      n_positions: positions,
      n_ctx: positions,
      n_embd: width,
      n_head: 2,
      n_layer: 1,
      layer_norm_epsilon: 1e-5,
      activation_function: "gelu_new",
    }),
  );
  const norm = (name: string): [string, number[]][] => [
    [`${name}.weight`, [width]],
    [`${name}.bias`, [width]],
  ];
  const convolution = (name: string, inputs: number, outputs: number): [string, number[]][] => [
    [`${name}.weight`, [inputs, outputs]],
    [`${name}.bias`, [outputs]],
  ];
  writeSafetensors(join(snapshot, "model.safetensors"), [
    ["wte.weight", [vocabularySize, width]],
    ["wpe.weight", [positions, width]],
    ...norm("h.0.ln_1"),
    ...convolution("h.0.attn.c_attn", width, 3 * width),
    ...convolution("h.0.attn.c_proj", width, width),
    ...norm("h.0.ln_2"),
    ...convolution("h.0.mlp.c_fc", width, 4 * width),
    ...convolution("h.0.mlp.c_proj", 4 * width, width),
    ...norm("ln_f"),
  ]);
  return snapshot;
}

/** Tensors of small numbers that are the same every time. */
function writeSafetensors(path: string, tensors: readonly [name: string, shape: number[]][]): void {
  let [offset, state] = [0, 1];
  const header: Record<string, object> = { __metadata__: { format: "pt" } };
  const parts = tensors.map(([name, shape]) => {
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state / 2 ** 32 - 0.5) * 0.4;
    });
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
    return Buffer.from(values.buffer);
  });
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([size, text, ...parts]));
}
