import type { Command } from "commander";
import type { BenchmarkName } from "../config/benchmark-name.ts";
import { temperatureOf } from "../config/sample-temperature.ts";
import type { Config } from "../config/schema.ts";
import { RunDirectory } from "../runs/run-directory.ts";
import { type ConfigOptions, readConfig } from "./config-options.ts";
import { findRun } from "./run-place.ts";

export interface EvaluateOnlyOptions extends ConfigOptions {
  model_name?: string;
  model_path?: string;
  revision?: string;
  adapter?: string;
  output_dir?: string;
  resume?: boolean | string;
  benchmark?: BenchmarkName;
  seed?: number;
  json?: boolean;
}

/**
 * `train --eval-only`: hands the weights and the configuration's settings of evaluation over to `evaluate`, the command
 * `azr-tui eval`. Scored is what is named: a model, else a run or its checkpoint, else the configuration's model.
 */
export async function evaluateOnly(
  name: string | undefined,
  options: EvaluateOnlyOptions,
  evaluate: Command,
): Promise<void> {
  const { model, config } = await whatToScore(name, options);
  const benchmarks = options.benchmark === undefined ? config.evaluation.benchmarks : [options.benchmark];
  for (const benchmark of benchmarks) {
    await evaluate.parseAsync([...model, ...settings(config, benchmark, options)], { from: "user" });
    if (process.exitCode) return;
  }
}

async function whatToScore(
  name: string | undefined,
  options: EvaluateOnlyOptions,
): Promise<{ model: string[]; config: Config }> {
  const { resume, revision, adapter } = options;
  const named = options.model_path ?? options.model_name;
  const run = name ?? options.output_dir;
  if (named === undefined && (run !== undefined || resume)) {
    const path = findRun(run);
    const began = RunDirectory.open(path).config();
    const config = await readConfig(options, {}, began);
    return { model: ["--model", path, ...given("checkpoint", resume)], config };
  }
  const config = await readConfig(options);
  const { source, quantize } = config.model;
  const packed = quantize === "none" || named !== undefined ? undefined : String(quantize);
  const model = ["--model", named ?? source, ...given("revision", revision), ...given("adapter", adapter)];
  return { model: [...model, ...given("quantize", packed), ...given("checkpoint", resume)], config };
}

function settings({ evaluation, seed }: Config, benchmark: string, options: EvaluateOnlyOptions): string[] {
  const { limit, format, samples, temperature, top_p, max_tokens } = evaluation;
  return [
    ...["--benchmark", benchmark, "--format", format, "--limit", String(limit)],
    ...["--samples", String(samples), "--seed", String(options.seed ?? seed)],
    // Greedy samples have no use for it, and eval says so.
    ...given("top-p", temperatureOf({ temperature, samples }) === 0 ? undefined : String(top_p)),
    ...(samples > 1 ? ["--k", `1,${samples}`] : []),
    ...given("temperature", temperature?.toString()),
    ...given("max-tokens", max_tokens > 0 ? String(max_tokens) : undefined),
    ...(options.json ? ["--json"] : []),
  ];
}

/** An option with its value, where there is one; a flag alone has none. */
function given(option: string, value: string | boolean | undefined): string[] {
  return typeof value === "string" ? [`--${option}`, value] : [];
}
