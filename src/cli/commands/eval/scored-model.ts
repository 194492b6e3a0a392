import { rm } from "node:fs/promises";
import { join } from "node:path";
import { temperatureOf } from "../../../config/sample-temperature.ts";
import type { Benchmark } from "../../../evaluation/benchmark.ts";
import type { EvaluationProgress, EvaluationTimes, SamplingSettings } from "../../../evaluation/evaluate.ts";
import type { EvaluationResult, EvaluationSetup } from "../../../evaluation/result.ts";
import type { SampleRecord } from "../../../evaluation/sample-record.ts";
import { pathState, samplesKey } from "../../../evaluation/samples-key.ts";
import type { Executor } from "../../../sandbox/executor.ts";
import { ProgressLine } from "../../progress-line.ts";
import { say } from "../../terminal.ts";
import { type ChosenModel, type ModelChoice, openChosenModel } from "../chosen-model.ts";
import type { Interruption } from "./interruption.ts";
import { dataSetup, type EvalOptions } from "./options.ts";

/** A model's samples of a benchmark, judged where there was a sandbox. */
export interface ScoredModel extends Pick<EvaluationResult, "model" | "settings" | "setup" | "samplesFile"> {
  records: SampleRecord[];
  trained: ChosenModel["trained"];
  /** Milliseconds since the epoch, before the model was loaded. */
  startedAt: number;
  /** Null where every sample was on disk. */
  times: EvaluationTimes | null;
  /** Ended by Ctrl-C: `records` are those judged until then. */
  partial: boolean;
}

/** What models are scored on, in which sandbox, and where their samples lie; without a sandbox none is judged. */
export interface ScoringPlace {
  benchmark: Benchmark;
  /** Fingerprint of the whole benchmark's problems: samples are kept whatever the limit is. */
  problems: string;
  executor: Executor | null;
  directory: string;
  interruption: Interruption;
}

/** Loads a model, draws its samples and judges them; with no executor they are for scoring elsewhere. */
export async function scoreModel(
  options: EvalOptions,
  choice: ModelChoice,
  { benchmark, problems, executor, directory, interruption }: ScoringPlace,
): Promise<ScoredModel> {
  const startedAt = Date.now();
  const chosen = await openChosenModel(choice);
  await using _model = chosen.host;
  const settings = settingsOf(options, benchmark);
  const key = samplesKey([...modelState(chosen, choice), samplingState(settings), problems]);
  const suffix = executor === null ? "-only" : "";
  const samplesFile = join(directory, "samples", `${benchmark.name}-${key}${suffix}.jsonl`);
  if (options.fresh) await rm(samplesFile, { force: true });
  const sampled = await sample({ chosen, benchmark, settings, samplesFile, executor, interruption });
  const setup = setupOf(options, choice, chosen);
  return {
    model: chosen.title,
    settings,
    setup,
    samplesFile,
    trained: chosen.trained,
    startedAt,
    ...sampled,
  };
}

function settingsOf(options: EvalOptions, benchmark: Benchmark): SamplingSettings {
  return {
    samples: options.samples,
    temperature: temperatureOf(options),
    topP: options.topP,
    maxTokens: options.maxTokens ?? benchmark.maxTokens[options.format],
    seed: options.seed,
    format: options.format,
  };
}

/** What is scored, for one who reads the result: which data, and which form of the weights. */
function setupOf(
  options: EvalOptions,
  { adapter, revision, quantize }: ModelChoice,
  { trained }: ChosenModel,
): EvaluationSetup {
  const packed = trained ? trained.run.config().model.quantize : (quantize ?? "none");
  return {
    ...dataSetup(options),
    shots: options.shots,
    ...(packed === "none" ? {} : { quantize: String(packed) }),
    ...(adapter === undefined ? {} : { adapter }),
    ...(revision === undefined ? {} : { revision }),
  };
}

async function sample(part: {
  chosen: ChosenModel;
  benchmark: Benchmark;
  settings: SamplingSettings;
  samplesFile: string;
  executor: Executor | null;
  interruption: Interruption;
}): Promise<Pick<ScoredModel, "records" | "times" | "partial">> {
  const { chosen, benchmark, settings, samplesFile, executor, interruption } = part;
  const { evaluate } = await import("../../../evaluation/evaluate.ts");
  const { SampleFile } = await import("../../../evaluation/sample-file.ts");
  const { loadTokenizer } = await import("../../../tokenizer/load.ts");
  const tokenizer = await loadTokenizer(chosen.host.info.path);
  const file = await SampleFile.open(samplesFile);
  const wanted = new Set(benchmark.problems.map(({ id }) => id));
  const ours = (records: readonly SampleRecord[]) =>
    records.filter((one) => wanted.has(one.task_id) && one.sample < settings.samples);
  const found = ours(file.records).length;
  if (found > 0) say(`Going on with ${found} samples of ${samplesFile}; --fresh makes them anew.`);
  using keeping = interruption.keep();
  const { signal } = keeping;
  const line = new ProgressLine();
  let times: EvaluationTimes | null = null;
  const hooks = {
    signal,
    onProgress: progressHook(line, `${benchmark.name} of ${chosen.title}`),
    onTimes: (taken: EvaluationTimes) => {
      times = taken.tokens > 0 ? taken : null;
    },
  };
  try {
    const model = { generator: chosen.host, tokenizer, contextLength: chosen.host.info.contextLength };
    const records = await evaluate({ benchmark, ...model, executor, settings, file, hooks });
    return { records, times, partial: false };
  } catch (error) {
    if (!signal.aborted) throw error;
    line.drop();
    say(`Ended by Ctrl-C. The samples in ${samplesFile} are kept: the same command goes on from there.`);
    process.exitCode = 130;
    return { records: ours((await SampleFile.open(samplesFile)).records), times: null, partial: true };
  } finally {
    line.end();
  }
}

/** Sums up what was scored. */
export async function resultOf(
  benchmark: Benchmark,
  scored: ScoredModel,
  ks: readonly number[],
): Promise<EvaluationResult> {
  const { summarise } = await import("../../../evaluation/result.ts");
  const { records, trained: _, startedAt, ...about } = scored;
  return summarise(benchmark, records, ks, { ...about, seconds: (Date.now() - startedAt) / 1000 });
}

/** Weights as they are now, by their files, a run's checkpoint or an adapter, and how they are packed. */
function modelState(chosen: ChosenModel, { adapter, quantize }: ModelChoice): unknown[] {
  const trained = chosen.trained && [chosen.trained.run.path, chosen.trained.checkpoint];
  const added = adapter === undefined ? null : pathState(adapter);
  return [pathState(chosen.host.info.path), trained, added, quantize ?? null];
}

/** How many samples are wanted is no part of it: more of them go on after those that are there. */
function samplingState({ samples: _, ...sampling }: SamplingSettings): unknown {
  return sampling;
}

/** Draws an evaluation's progress: samples judged, rate, time left, passes. */
export function progressHook(line: ProgressLine, label: string) {
  return ({ judged, total, passed, generation }: EvaluationProgress) => {
    const speed = generation ? `, ${generation.tokensPerSecond.toFixed(0)} tokens/s` : "";
    line.update({ label, done: judged, total, unit: "samples", note: `${passed} passed${speed}` });
  };
}
