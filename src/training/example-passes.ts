import type { Example } from "../interfaces/example.ts";
import type { Trajectory } from "../interfaces/trajectory.ts";
import { type Microbatch, microbatches } from "./batcher.ts";

/**
 * The microbatches of examples: what comes before the first covered token is the prompt, the rest the response. Each
 * covered token weighs 1 / (covered tokens of the batch); tokens between covered parts weigh nothing.
 */
export function examplePasses(batch: readonly Example[], tokensPerMicrobatch: number): Microbatch[] {
  const covered = coveredTokens(batch);
  const begins = batch.map((example) => example.covered.indexOf(1));
  const trajectories = batch.map((example, i) => asTrajectory(example, begins[i] as number));
  const evenly = batch.map(() => 1);
  return microbatches(trajectories, evenly, tokensPerMicrobatch).map((pass) => ({
    ...pass,
    weights: Float32Array.from(
      pass.members.flatMap((i) => {
        const example = batch[i] as Example;
        return Array.from(example.covered.subarray(begins[i]), (one) => one / covered);
      }),
    ),
  }));
}

/** Tokens that the loss covers. */
export function coveredTokens(batch: readonly Example[]): number {
  return batch.reduce((sum, example) => sum + example.covered.reduce((count, one) => count + one, 0), 0);
}

/** As the batcher takes it; reward, role, type and group say nothing here. */
function asTrajectory({ tokens }: Example, begin: number): Trajectory {
  const responseTokens = tokens.slice(begin);
  return {
    promptTokens: tokens.slice(0, begin),
    responseTokens,
    logProbabilities: new Float32Array(responseTokens.length),
    temperature: 1,
    reward: 0,
    role: "solve",
    type: "deduction",
    group: "",
  };
}
