#!/usr/bin/env bun
/**
 * Makes the embedded model `tiny` from nothing but this folder and a seed: programs and texts, tokenizer, supervised
 * warm start, packing in 4 bits. What it is: docs/tiny.md.
 *
 *   bun run make-tiny [--seed 0] [--rows 300000] [--work DIRECTORY] [--output DIRECTORY]
 *
 * Everything is kept in the work directory as it is made; run again, it goes on from there.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { warmStart } from "../src/cli/warm-start.ts";
import { finalDirectory } from "../src/runs/checkpoint.ts";
import { passes, SHIPPED, writeRows } from "./data.ts";
import { heldOutProblems } from "./held-out.ts";
import { pack } from "./pack.ts";
import { type Shape, writeUntrained } from "./shape.ts";
import { makeTokenizer } from "./tokenizer.ts";
import { RATES, warmStartConfig } from "./warm-start.ts";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: String(SHIPPED.seed) },
    rows: { type: "string", default: String(SHIPPED.rows) },
    width: { type: "string", default: "128" },
    layers: { type: "string", default: "5" },
    work: { type: "string", default: join(import.meta.dir, "..", "outputs", "make-tiny") },
    output: { type: "string" },
  },
});
const [seed, rows, width, layers] = [options.seed, options.rows, options.width, options.layers].map(
  Number,
) as [number, number, number, number];
const SHAPE: Shape = { vocabulary: 768, width, layers, heads: width / 32, inner: 3 * width, context: 256 };
/** Rows that the loss is watched on. */
const VALIDATION_ROWS = 2_000;
/** Of each type. */
const HELD_OUT_PROBLEMS = 200;

const work = resolve(options.work);
const output = resolve(options.output ?? join(work, "tiny"));
const at = (name: string) => join(work, name);
mkdirSync(work, { recursive: true });

say(`seed ${seed}, ${rows} texts, in ${work}`);
await writeHeldOut(at("tiny-heldout.jsonl"));
await writeRows(at("validation.jsonl"), { seed: seed + 1, rows: VALIDATION_ROWS, heldOut: true });
const [first, second] = passes({ seed, rows });
await writeRows(at("rows.jsonl"), {
  ...first,
  onProgress: (done) => say(`texts: ${done} of ${rows}`),
});
await writeRows(at("rows-names.jsonl"), second);
const start = at("untrained");
if (!existsSync(join(start, "azr.json"))) {
  say("tokenizer and weights to begin with");
  await writeUntrained(start, SHAPE, { tokenizer: await makeTokenizer(seed, SHAPE.vocabulary), seed });
}
await train("run", "rows.jsonl");
const { adapter } = await warmStart(at("run"));
await train("run-names", "rows-names.jsonl", adapter.init);
rmSync(output, { recursive: true, force: true });
const written = await pack({ start, run: at("run-names"), output, work });
say(`${output}: ${written.parameters} parameters, ${written.bytes} bytes of weights`);

/** The benchmark tiny-heldout. */
async function writeHeldOut(path: string): Promise<void> {
  const problems = await heldOutProblems(seed, HELD_OUT_PROBLEMS);
  writeFileSync(path, problems.map((problem) => `${JSON.stringify(problem)}\n`).join(""));
}

/** A supervised run: begun, or gone on with where it was left. Its lines tell rate and remaining time. */
async function train(name: string, rows: string, init?: string): Promise<void> {
  const run = at(name);
  if (finalDirectory(join(run, "checkpoints")) !== null) return;
  const config = at(`${name}.yaml`);
  const data = { data: at(rows), validation: at("validation.jsonl") };
  const stage = init === undefined ? { learningRate: RATES.first } : { init, learningRate: RATES.further };
  const settings = warmStartConfig({ model: start, seed, ...data, ...stage });
  writeFileSync(config, JSON.stringify(settings, null, 1));
  const begun = existsSync(join(run, "run.sqlite"));
  const azr = [process.execPath, join(import.meta.dir, "..", "src", "cli", "main.ts"), "train", run];
  const how = begun ? ["--resume"] : ["--config", config];
  const child = Bun.spawn([...azr, ...how, "--headless"], { stdio: ["ignore", "inherit", "inherit"] });
  const stop = () => child.kill("SIGINT");
  process.once("SIGINT", stop);
  const code = await child.exited;
  process.off("SIGINT", stop);
  if (code !== 0) process.exit(code);
}

function say(text: string): void {
  console.log(`make-tiny: ${text}`);
}
