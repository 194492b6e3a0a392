import { print, printJson } from "../../terminal.ts";
import type { EvalOptions } from "./options.ts";
import { type ScoringPlace, scoreModel } from "./scored-model.ts";

/** Samples that are judged elsewhere: HumanEval's and EvalPlus's fields, and no verdict. Prints where they lie. */
export async function writeSamples(options: EvalOptions, place: ScoringPlace): Promise<void> {
  const { benchmark } = place;
  const scored = await scoreModel(options, options, place);
  const { model, samplesFile, records, partial } = scored;
  if (!options.json) return print(samplesFile);
  printJson({ benchmark: benchmark.name, model, samples: records.length, samplesFile, partial });
}
