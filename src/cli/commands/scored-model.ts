import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Benchmark } from "../../evaluation/benchmark.ts";
import type { EvaluationProgress, EvaluationTimes, SamplingSettings } from "../../evaluation/evaluate.ts";
import type { EvaluationResult } from "../../evaluation/result.ts";
import type { SampleRecord } from "../../evaluation/samples.ts";
import type { Executor } from "../../sandbox/executor.ts";
import { ProgressLine } from "../progress-line.ts";
import { say } from "../terminal.ts";
import { type ChosenModel, type ModelChoice, openChosenModel } from "./chosen-model.ts";
import type { EvalOptions } from "./eval-options.ts";

/** A model's samples of a benchmark, judged where there was a sandbox. */
export interface ScoredModel extends Pick<EvaluationResult, "model" | "settings" | "samplesFile"> {
  records: SampleRecord[];
  trained: ChosenModel["trained"];
  /** Milliseconds since the epoch, before the model was loaded. */
  startedAt: number;
  /** Null where every sample was on disk. */
  times: EvaluationTimes | null;
  /** Ended by Ctrl-C: `records` are those judged until then. */
  partial: boolean;
}

/** Loads a model, draws its samples and judges them; with no executor they are for scoring elsewhere. */
export async function scoreModel(
  options: EvalOptions,
  choice: ModelChoice,
  part: { benchmark: Benchmark; executor: Executor | null; directory: string },
): Promise<ScoredModel> {
  const { benchmark, executor, directory } = part;
  const startedAt = Date.now();
  const chosen = await openChosenModel(choice);
  await using _model = chosen.host;
  const settings = settingsOf(options, benchmark);
  const data = [options.data ?? null, options.shots];
  const key = samplesKey(chosen, choice, settings, data);
  const suffix = executor === null ? "-only" : "";
  const samplesFile = join(directory, "samples", `${benchmark.name}-${key}${suffix}.jsonl`);
  if (options.fresh) await rm(samplesFile, { force: true });
  const sampled = await sample({ chosen, benchmark, settings, samplesFile, executor });
  return { model: chosen.title, settings, samplesFile, trained: chosen.trained, startedAt, ...sampled };
}

function settingsOf(options: EvalOptions, benchmark: Benchmark): SamplingSettings {
  return {
    samples: options.samples,
    temperature: options.temperature ?? (options.samples > 1 ? 0.8 : 0),
    topP: options.topP,
    maxTokens: options.maxTokens ?? benchmark.maxTokens[options.format],
    seed: options.seed,
    format: options.format,
  };
}

async function sample(part: {
  chosen: ChosenModel;
  benchmark: Benchmark;
  settings: SamplingSettings;
  samplesFile: string;
  executor: Executor | null;
}): Promise<Pick<ScoredModel, "records" | "times" | "partial">> {
  const { chosen, benchmark, settings, samplesFile, executor } = part;
  const { evaluate } = await import("../../evaluation/evaluate.ts");
  const { SampleFile } = await import("../../evaluation/samples.ts");
  const { loadTokenizer } = await import("../../tokenizer/load.ts");
  const tokenizer = await loadTokenizer(chosen.host.info.path);
  const file = await SampleFile.open(samplesFile);
  if (file.records.length > 0) {
    say(`Going on with ${file.records.length} samples of ${samplesFile}; --fresh makes them anew.`);
  }
  const abort = new AbortController();
  const onSignal = () => abort.abort(new Error("ended by Ctrl-C"));
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const line = new ProgressLine();
  let times: EvaluationTimes | null = null;
  const hooks = {
    signal: abort.signal,
    onProgress: progressHook(line, `${benchmark.name} of ${chosen.title}`),
    onTimes: (taken: EvaluationTimes) => {
      times = taken.tokens > 0 ? taken : null;
    },
  };
  try {
    const part = { benchmark, generator: chosen.host, tokenizer, executor, settings, file, hooks };
    return { records: await evaluate(part), times, partial: false };
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    line.drop();
    say(`Ended by Ctrl-C. The samples in ${samplesFile} are kept: the same command goes on from there.`);
    process.exitCode = 130;
    const wanted = new Set(benchmark.problems.map(({ id }) => id));
    const { records } = await SampleFile.open(samplesFile);
    const judged = records.filter((one) => wanted.has(one.task_id) && one.sample < settings.samples);
    return { records: judged, times: null, partial: true };
  } finally {
    line.end();
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** Tells samples apart that may not be mixed: by model, its file's state, adapter, checkpoint, data and settings. */
function samplesKey(
  chosen: ChosenModel,
  { adapter, quantize }: ModelChoice,
  settings: SamplingSettings,
  data: readonly unknown[],
): string {
  const { info } = chosen.host;
  const state = (path: string) => [path, statSync(path).size, statSync(path).mtimeMs];
  const trained = chosen.trained && [chosen.trained.run.path, chosen.trained.checkpoint];
  const added = adapter === undefined ? [] : state(adapter);
  const packed = quantize === undefined ? [] : [quantize];
  const identity = [...state(info.path), trained, settings, data, ...added, ...packed];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 12);
}

/** Draws an evaluation's progress: samples judged, rate, time left, passes. */
export function progressHook(line: ProgressLine, label: string) {
  return ({ judged, total, passed, generation }: EvaluationProgress) => {
    const speed = generation ? `, ${generation.tokensPerSecond.toFixed(0)} tokens/s` : "";
    line.update({ label, done: judged, total, unit: "samples", note: `${passed} passed${speed}` });
  };
}
