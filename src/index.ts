/**
 * The library: what others build on. Importing it loads no MLX; `initialise`, `loadModel` and `openSandbox`
 * open what they need.
 */
export { loadConfig } from "./config/load.ts";
export type { Config, ConfigInput } from "./config/schema.ts";
export * from "./errors/index.ts";
export type { Benchmark, Problem } from "./evaluation/benchmark.ts";
export { readHumanEval } from "./evaluation/benchmarks/humaneval.ts";
export { fetchHumanEval } from "./evaluation/benchmarks/humaneval-data.ts";
export { evaluate } from "./evaluation/evaluate.ts";
export { scoreCompletions } from "./evaluation/foreign-samples.ts";
export { passAtK, scorePassAtK } from "./evaluation/pass-at-k.ts";
export { countByProblem } from "./evaluation/sample-record.ts";
export { BatchGenerator } from "./generation/batch-generator.ts";
export type * from "./interfaces/example.ts";
export type * from "./interfaces/generator.ts";
export type * from "./interfaces/learner.ts";
export type { Role, TaskType } from "./interfaces/role.ts";
export type * from "./interfaces/tokenizer.ts";
export type * from "./interfaces/trajectory.ts";
export * from "./mlx/index.ts";
export { fuseAdapter } from "./models/fuse.ts";
export { type ModelInfo, modelInfo } from "./models/info.ts";
export type { LanguageModel } from "./models/language-model.ts";
export { loadModel } from "./models/load.ts";
export { inferenceMemory, trainingMemory } from "./models/memory-estimate.ts";
export { quantizeModel } from "./models/quantize.ts";
export { type ResolvedModel, resolveModel } from "./models/resolve.ts";
export * from "./sandbox/index.ts";
export { type AnswerOptions, answerPrompt } from "./selfplay/answer-prompt.ts";
export {
  type ProposedTask,
  type ProposeOptions,
  proposeTask,
  type TaskModel,
} from "./selfplay/proposers/propose-task.ts";
export { createSelfPlay, type SelfPlay, type SelfPlayOptions } from "./selfplay/self-play.ts";
export { type SolveAttempt, type Solved, type SolveOptions, solveTask } from "./selfplay/solve-task.ts";
export { loadTokenizer } from "./tokenizer/load.ts";
export { createLearner } from "./training/learner.ts";
