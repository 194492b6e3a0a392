import type { Trajectory } from "../../src/interfaces/trajectory.ts";
import { stream } from "../../src/random/stream.ts";

/** Trajectories of random tokens below `vocabulary`, lengths from 2 to 9, with rewards that vary in each role. */
export function randomTrajectories(count: number, vocabulary: number, seed = 0): Trajectory[] {
  return Array.from({ length: count }, (_, i) => {
    const draw = stream(seed, "trajectory", i);
    const tokens = () => Array.from({ length: draw.integer(2, 9) }, () => draw.integer(0, vocabulary - 1));
    const responseTokens = tokens();
    return {
      promptTokens: tokens(),
      responseTokens,
      temperature: 1,
      logProbabilities: new Float32Array(responseTokens.length).fill(-Math.log(vocabulary)),
      reward: [1, 0, -0.5][Math.floor(i / 2) % 3] as number,
      role: i % 2 === 0 ? "solve" : "propose",
      type: "deduction",
      group: `g${i}`,
    };
  });
}
