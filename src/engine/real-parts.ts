import { fetchData } from "../evaluation/data.ts";
import { openSandbox } from "../sandbox/open.ts";
import { createSelfPlay } from "../selfplay/self-play.ts";
import { loadTokenizer } from "../tokenizer/load.ts";
import { evaluateStep } from "./evaluate-step.ts";
import { openModel } from "./model-host.ts";
import type { EngineParts } from "./parts.ts";

/** The parts that a user's run is composed of. */
export function realParts({ unsafeLocal }: { unsafeLocal: boolean }): EngineParts {
  return {
    openModel: ({ model, adapter, training, seed }, onProgress) =>
      openModel({
        source: model.source,
        device: model.device,
        quantize: model.quantize,
        learner: { adapter, training, seed },
        onProgress: ({ label, done, total, unit }) => onProgress({ label, done, total: total ?? 0, unit }),
      }),
    loadTokenizer: (model) => loadTokenizer(model.info.path),
    openSandbox: ({ sandbox }) => openSandbox(sandbox, { allowUnsafe: unsafeLocal }),
    createSelfPlay,
    prepareEvaluation: async (benchmarks) => {
      for (const name of benchmarks) await fetchData(name);
    },
    evaluate: evaluateStep,
  };
}
