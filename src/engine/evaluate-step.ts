import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { temperatureOf } from "../config/sample-temperature.ts";
import { firstProblems } from "../evaluation/benchmark.ts";
import { readBenchmark } from "../evaluation/benchmarks/registry.ts";
import { fetchData } from "../evaluation/data.ts";
import { type EvaluationTimes, evaluate, type SamplingSettings } from "../evaluation/evaluate.ts";
import { writeReport } from "../evaluation/report.ts";
import { summarise } from "../evaluation/result.ts";
import { SampleFile } from "../evaluation/sample-file.ts";
import { problemsKey, samplesKey } from "../evaluation/samples-key.ts";
import { evaluationRecord, evaluationSample } from "../evaluation/stored-evaluation.ts";
import type { EngineParts, EvaluationPart } from "./parts.ts";

/**
 * Evaluates the model as a step left it, by `evaluation.*`. The samples' seeds derive from the run's seed and the
 * problem alone: nothing of the training's streams is drawn, and every step is measured with the same draws.
 */
export const evaluateStep: EngineParts["evaluate"] = async (part) => {
  const {
    config,
    benchmark: name,
    step,
    directory,
    generator,
    tokenizer,
    contextLength,
    executor,
    signal,
  } = part;
  const startedAt = Date.now();
  const { limit, samples } = config.evaluation;
  const file = config.evaluation.data[name];
  const whole = await readBenchmark(name, file ? [file] : await fetchData(name));
  const benchmark = firstProblems(whole, limit);
  const settings = samplingOf(config, benchmark.maxTokens);
  const path = await samplesPath(part, settings, problemsKey(whole));
  let times: EvaluationTimes | null = null;
  const records = await evaluate({
    ...{ benchmark, generator, tokenizer, contextLength, executor, settings },
    file: await SampleFile.open(path),
    hooks: {
      signal,
      onTimes: (taken) => {
        times = taken;
      },
      onProgress: ({ judged, total }) => part.onProgress({ done: judged, total, unit: "samples" }),
    },
  });
  const result = summarise(benchmark, records, samples > 1 ? [1, samples] : [1], {
    ...{ model: `step ${step}`, settings, samplesFile: path, times },
    seconds: (Date.now() - startedAt) / 1000,
  });
  await writeReport(join(directory, "logs", resultsFile(config.evaluation.benchmarks, name)), result);
  return {
    evaluation: evaluationRecord(result, { step, startedAt }),
    samples: records.map(evaluationSample),
  };
};

/**
 * Where the samples of a step go: an evaluation that was killed goes on with them when the run is resumed at this
 * very step. Those of a step of the same number that was dropped, or sampled otherwise, are removed.
 */
async function samplesPath(
  part: EvaluationPart,
  settings: SamplingSettings,
  problems: string,
): Promise<string> {
  const { benchmark, step, finishedAt, directory } = part;
  const folder = join(directory, "evaluations");
  const key = samplesKey([finishedAt, settings, problems]);
  const own = `${benchmark}-step-${step}-${key}.jsonl`;
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${benchmark}-step-${step}-`) && name !== own) await rm(join(folder, name));
  }
  return join(folder, own);
}

/** The newest evaluation's; each benchmark has its own where there are several. */
function resultsFile({ length }: readonly string[], benchmark: string): string {
  return length > 1 ? `evaluation_results-${benchmark}.json` : "evaluation_results.json";
}

function samplingOf(
  { seed, evaluation }: EvaluationPart["config"],
  maxTokens: Record<EvaluationPart["config"]["evaluation"]["format"], number>,
): SamplingSettings {
  const { samples, temperature, top_p, max_tokens, format } = evaluation;
  return {
    samples,
    temperature: temperatureOf({ temperature, samples }),
    topP: top_p,
    maxTokens: max_tokens || maxTokens[format],
    seed,
    format,
  };
}
