import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readHumanEval } from "../evaluation/benchmarks/humaneval.ts";
import { fetchHumanEval } from "../evaluation/benchmarks/humaneval-data.ts";
import { countByProblem, evaluate } from "../evaluation/evaluate.ts";
import { scorePassAtK } from "../evaluation/pass-at-k.ts";
import { SampleFile } from "../evaluation/samples.ts";
import { openSandbox } from "../sandbox/open.ts";
import { createSelfPlay } from "../selfplay/self-play.ts";
import { loadTokenizer } from "../tokenizer/load.ts";
import { openModel } from "./model-host.ts";
import type { EngineParts, EvaluationPart } from "./parts.ts";

/** The parts that a user's run is composed of. */
export function realParts({ unsafeLocal }: { unsafeLocal: boolean }): EngineParts {
  return {
    openModel: ({ model, adapter, training, seed }, onProgress) =>
      openModel({
        source: model.source,
        device: model.device,
        learner: { adapter, training, seed },
        onProgress: ({ label, done, total, unit }) => onProgress({ label, done, total: total ?? 0, unit }),
      }),
    loadTokenizer: (model) => loadTokenizer(model.info.path),
    openSandbox: ({ sandbox }) => openSandbox(sandbox, { allowUnsafe: unsafeLocal }),
    createSelfPlay,
    evaluate: evaluateStep,
  };
}

/** One greedy sample per problem, with the benchmark's own limits. */
async function evaluateStep({ config, step, directory, ...part }: EvaluationPart) {
  const startedAt = Date.now();
  const { benchmark: name, limit } = config.evaluation;
  const all = await readHumanEval(await fetchHumanEval());
  const benchmark = { ...all, problems: limit > 0 ? all.problems.slice(0, limit) : all.problems };
  const settings = {
    samples: 1,
    temperature: 0,
    topP: 1,
    maxTokens: benchmark.maxTokens.raw,
    seed: config.seed,
  };
  const path = join(directory, "evaluations", `${name}-step-${step}.jsonl`);
  // Samples of a step that was dropped by a resume must not be taken for this one's.
  await rm(path, { force: true });
  const { generator, tokenizer, executor, signal, onProgress } = part;
  const records = await evaluate({
    benchmark,
    generator,
    tokenizer,
    executor,
    settings,
    file: await SampleFile.open(path),
    hooks: {
      signal,
      onProgress: ({ judged, total }) => onProgress({ done: judged, total, unit: "problems" }),
    },
  });
  const counts = countByProblem(benchmark, records);
  const { value, low, high } = scorePassAtK(counts, 1);
  return {
    evaluation: {
      step,
      benchmark: name,
      scores: {
        "pass@1": value,
        "pass@1/low": low,
        "pass@1/high": high,
        problems: counts.length,
        passed: counts.reduce((sum, { passed }) => sum + passed, 0),
      },
      settings: { ...settings },
      startedAt,
      finishedAt: Date.now(),
    },
    samples: records.map(({ task_id, sample, completion, passed, verdict }) => ({
      problem: task_id,
      sample,
      completion,
      passed: passed === true,
      verdict,
    })),
  };
}
