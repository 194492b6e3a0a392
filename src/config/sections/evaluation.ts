import * as v from "valibot";
import { BENCHMARK_NAMES, type BenchmarkName, FORMATS } from "../benchmark-name.ts";
import { count, countOrZero, help } from "./fields.ts";

/** A file of the user's own in place of the fetched one. */
const dataFile = (name: BenchmarkName) =>
  v.optional(
    v.pipe(
      v.string(),
      help(`File of ${name} in its original form, in place of the fetched one; empty takes that.`),
    ),
    "",
  );

export const Evaluation = v.strictObject({
  every: v.optional(v.pipe(countOrZero, help("Evaluate after every N steps; 0 does not.")), 0),
  start: v.optional(v.pipe(v.boolean(), help("Evaluate before the first step as well.")), false),
  end: v.optional(v.pipe(v.boolean(), help("Evaluate after the last step as well.")), false),
  benchmarks: v.optional(
    v.pipe(
      v.array(v.picklist(BENCHMARK_NAMES)),
      v.minLength(1),
      v.checkItems((name, index, all) => all.indexOf(name) === index, "each benchmark once"),
      help("Benchmarks of the evaluations while training; their data is fetched before the run begins."),
    ),
    ["humaneval"],
  ),
  data: v.optional(
    v.strictObject(
      Object.fromEntries(BENCHMARK_NAMES.map((name) => [name, dataFile(name)])) as Record<
        BenchmarkName,
        ReturnType<typeof dataFile>
      >,
    ),
    {},
  ),
  limit: v.optional(
    v.pipe(countOrZero, help("The first N problems of each benchmark; 0 takes all. Always the same ones.")),
    0,
  ),
  format: v.optional(
    v.pipe(
      v.picklist(FORMATS),
      help(
        "How a problem is put: raw continues the benchmark's text, chat asks in the model's template, azr wants thoughts and an answer.",
      ),
    ),
    "raw",
  ),
  samples: v.optional(
    v.pipe(count, help("Samples per problem: pass@1 and, with several, pass@N are measured.")),
    1,
  ),
  temperature: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      help("Of the samples; 0 is greedy. When absent: 0 for one sample, 0.8 for several."),
    ),
  ),
  top_p: v.optional(
    v.pipe(
      v.number(),
      v.gtValue(0),
      v.maxValue(1),
      help("Keep the smallest set of tokens with this much probability."),
    ),
    1,
  ),
  max_tokens: v.optional(
    v.pipe(countOrZero, help("Most new tokens per sample; 0 takes the benchmark's own limit.")),
    0,
  ),
});

/** Whether a run evaluates at all, and so executes what the model answers. */
export function evaluates({ every, start, end }: v.InferOutput<typeof Evaluation>): boolean {
  return every > 0 || start || end;
}
