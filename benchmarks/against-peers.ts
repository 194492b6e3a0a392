#!/usr/bin/env bun
/**
 * Our generation and training with SmolLM2-135M against what people use, as ratios: both sides of a comparison run in
 * turn in one go, each in a process of its own, with the same inputs and number of threads.
 *
 *   bun benchmarks/against-peers.ts [--only TEXT] [--rounds 2] [--threads 2] [--output FILE.json]
 *
 * pip installs the peers into an environment of their own first (llama.cpp is compiled: ten minutes);
 * AZR_PEERS_PYTHON names a Python that has them. Variables that hold BLAS libraries back are removed for both sides.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { convertModel } from "../src/models/conversion.ts";
import { resolveModel } from "../src/models/resolve.ts";
import type { Packing } from "../src/nn/quantized-linear.ts";
import { stream } from "../src/random/stream.ts";
import { loadTokenizer } from "../src/tokenizer/load.ts";
import { pythonWith } from "../test/python-peers.ts";
import recorded from "./peers/rollouts.json";
import type { Figures, Work } from "./peers/work.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "2" },
    threads: { type: "string", default: String(cpus().length) },
    output: { type: "string" },
  },
});
const PEERS = [
  "mlx==0.32.4",
  "mlx-cpu==0.32.4",
  "mlx-lm==0.32.2",
  "torch==2.13.0",
  "transformers==5.23.0",
  "peft==0.21.2",
  "scipy-openblas32==0.3.31.188.0",
  "llama-cpp-python==0.3.36",
];
const threads = Number(options.threads);
const scratch = await mkdtemp(join(tmpdir(), "azr-peers-"));
const python = await pythonWith(...PEERS);
const named = await resolveModel("smollm2-135m");
const tokenizer = await loadTokenizer(named.path);

/** The model as mlx-lm and torch read it: packed as it is, and expanded to float32. */
async function converted(name: string, pack: boolean): Promise<string> {
  const output = join(scratch, name);
  const packing = (_module: string, own: Packing | null) => (pack ? own : null);
  await convertModel(named, { label: name, packing }, { output, ...(pack ? {} : { dtype: "float32" }) });
  return output;
}
const [packed, whole] = [await converted("packed", true), await converted("whole", false)];

const draw = stream(0, "against peers");
const text = (length: number) => Array.from({ length }, () => draw.integer(100, 49_000));
const prompts = (count: number) => Array.from({ length: count }, () => text(128));
const rollouts = recorded.rollouts.map(([prompt, response], i) => ({
  prompt: tokenizer.encode(recorded.prompts[prompt as number] as string),
  response: tokenizer.encode(response as string),
  advantage: i % 2,
}));
const targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];
const keys = targets.map((name) => (name.length === 6 ? `self_attn.${name}` : `mlp.${name}`));

const batch = { work: "generation", prompts: prompts(32), newTokens: 128 } as const;
const single = { work: "generation", prompts: prompts(1), newTokens: 128 } as const;
const one = { work: "prefill", prompts: prompts(1) } as const;
const dense = { work: "dense", rows: Array.from({ length: 8 }, () => text(256)), targets, keys } as const;
const learning = { work: "rollouts", rollouts, targets } as const;

interface Comparison {
  title: string;
  peer: string;
  ours: Partial<Work>;
  script: string;
  theirs: Partial<Work>;
  /** Preload OpenBLAS under the peer's MLX. */
  openblas?: boolean;
  /** The ratio that we want to reach. */
  wanted: number;
}

const COMPARISONS: Comparison[] = [
  {
    title: "generation, batch 32",
    peer: "mlx-lm, packed, as pip installs it",
    ours: batch,
    script: "mlx_generation.py",
    // As slow as it is, it gets a sixteenth of the length and of the rows: as many new tokens as prompt's.
    theirs: {
      ...batch,
      model: packed,
      newTokens: 8,
      prompts: batch.prompts.slice(0, 2).map((prompt) => prompt.slice(0, 8)),
      runs: 1,
    },
    wanted: 15,
  },
  {
    title: "generation, batch 32",
    peer: "mlx-lm, float32, our OpenBLAS",
    ours: batch,
    script: "mlx_generation.py",
    theirs: { ...batch, model: whole, newTokens: 32 },
    openblas: true,
    wanted: 3,
  },
  {
    title: "generation, batch 1",
    peer: "mlx-lm, float32, our OpenBLAS",
    ours: single,
    script: "mlx_generation.py",
    theirs: { ...single, model: whole },
    openblas: true,
    wanted: 3,
  },
  {
    title: "prefill of 128",
    peer: "llama.cpp, the same file",
    ours: one,
    script: "llama_generation.py",
    theirs: { ...one, model: named.path, newTokens: 0 },
    wanted: 1.2,
  },
  {
    title: "generation, batch 32",
    peer: "llama.cpp, the same file",
    ours: batch,
    script: "llama_generation.py",
    theirs: { ...batch, model: named.path },
    wanted: 1,
  },
  {
    title: "generation, batch 1",
    peer: "llama.cpp, the same file",
    ours: single,
    script: "llama_generation.py",
    theirs: { ...single, model: named.path },
    wanted: 0.5,
  },
  {
    title: "LoRA update, dense 8 x 256",
    peer: "torch + peft",
    ours: dense,
    script: "torch_update.py",
    theirs: { ...dense, model: whole },
    wanted: 1,
  },
  {
    title: "RL update, 64 rollouts",
    peer: "torch + peft, padded as in TRL",
    ours: learning,
    script: "torch_update.py",
    theirs: { ...learning, model: whole },
    wanted: 1.5,
  },
  {
    title: "LoRA update, dense 8 x 256",
    peer: "mlx-lm's tuner, our OpenBLAS",
    ours: dense,
    script: "mlx_update.py",
    theirs: { ...dense, model: whole },
    openblas: true,
    wanted: 2,
  },
  {
    title: "LoRA update, dense 8 x 256",
    peer: "mlx-lm's tuner, as pip installs it",
    ours: dense,
    script: "mlx_update.py",
    theirs: { ...dense, model: whole, rows: dense.rows.slice(0, 2).map((row) => row.slice(0, 64)), runs: 1 },
    wanted: 30,
  },
  {
    title: "1M small additions",
    peer: "MLX's Python binding",
    ours: { work: "binding", calls: 1_000_000 },
    script: "mlx_binding.py",
    theirs: { work: "binding", calls: 1_000_000 },
    wanted: 1,
  },
];

/** Without what would keep a BLAS library from the processor's best instructions. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(OPENBLAS|NVPL)_/.test(name)),
) as Record<string, string>;
const limits = {
  OMP_NUM_THREADS: `${threads}`,
  SCIPY_OPENBLAS_NUM_THREADS: `${threads}`,
  OPENBLAS_NUM_THREADS: `${threads}`,
};

async function compileOpenBlas(): Promise<string> {
  const wheel = await output([python, "-c", "import scipy_openblas32 as b; print(b.get_lib_dir())"]);
  const library = join(scratch, "openblas-preload.so");
  const source = join(import.meta.dir, "peers", "openblas_preload.c");
  const lib = wheel.trim();
  await output([
    "cc",
    "-O2",
    "-shared",
    "-fPIC",
    source,
    `-L${lib}`,
    "-lscipy_openblas",
    `-Wl,-rpath,${lib}`,
    "-o",
    library,
  ]);
  return library;
}

async function output(command: string[], extra: Record<string, string> = {}): Promise<string> {
  const child = Bun.spawn(command, {
    env: { ...environment, ...limits, ...extra },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0)
    throw new Error(`${command.slice(0, 3).join(" ")} ended with ${code}: ${errors.slice(-2000)}`);
  return out;
}

let written = 0;
async function side(command: string[], work: Partial<Work>, extra = {}): Promise<Figures> {
  const file = join(scratch, `work-${written++}.json`);
  await Bun.write(file, JSON.stringify({ threads, runs: 2, scratch, ...work }));
  const lines = (await output([...command, file], extra)).trim().split("\n");
  return JSON.parse(lines.at(-1) as string) as Figures;
}

const rate = ({ tokens, seconds }: Figures): number => tokens / seconds;
const results = [];
try {
  const preload = await compileOpenBlas();
  for (const comparison of COMPARISONS) {
    const { title, peer, ours, script, theirs, openblas, wanted } = comparison;
    if (!`${title} ${peer}`.includes(options.only)) continue;
    const rounds: { ours: number; theirs: number; load: number }[] = [];
    for (let round = 0; round < Number(options.rounds); round++) {
      const load = loadavg()[0] as number;
      const our = await side([process.execPath, join(import.meta.dir, "peers", "ours.ts")], {
        model: "smollm2-135m",
        tokensPerMicrobatch: 512,
        ...ours,
      });
      const their = await side(
        [python, join(import.meta.dir, "peers", script)],
        theirs,
        openblas ? { LD_PRELOAD: preload } : {},
      );
      rounds.push({ ours: rate(our), theirs: rate(their), load });
      console.error(`${title} against ${peer}: ${rate(our).toFixed(1)} / ${rate(their).toFixed(1)} a second`);
    }
    const [mine, other] = (["ours", "theirs"] as const).map((who) => Math.max(...rounds.map((r) => r[who])));
    results.push({
      title,
      peer,
      ours: mine,
      theirs: other,
      ratio: (mine as number) / (other as number),
      wanted,
      rounds,
    });
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}

const versions = PEERS.map((peer) => peer.replace("==", " "));
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  threads,
  date: new Date().toISOString(),
  versions,
};
if (options.output) await Bun.write(options.output, `${JSON.stringify({ machine, results }, null, 2)}\n`);
const table = new Table({
  head: ["work", "against", "ours /s", "theirs /s", "ratio", "wanted"],
  style: { head: [], border: [] },
});
for (const r of results)
  table.push([
    r.title,
    r.peer,
    r.ours?.toFixed(1),
    r.theirs?.toFixed(1),
    `${r.ratio.toFixed(2)}x`,
    `${r.wanted}x`,
  ]);
console.log(table.toString());
console.error(JSON.stringify(machine));
