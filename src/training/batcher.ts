import type { Trajectory } from "../interfaces/trajectory.ts";

/**
 * What one more forward and backward pass costs, in padded tokens: its fixed part (weights read again,
 * gradients of every parameter added up) is worth some padding, but not unlimited padding.
 */
const PASS_TOKENS = 64;

/** The trajectories of one forward and backward pass, padded at the right to a rectangle. Plain data. */
export interface Microbatch {
  /** Index of each row's trajectory in the batch, [B]. */
  members: number[];
  /** Rows and columns of `tokens`. */
  shape: [B: number, T: number];
  /** Input tokens, [B, T]: prompt and response without its last token, which nothing is predicted from. */
  tokens: Int32Array;
  /** Place in the flattened [B T] of the state that predicts each response token, [M]. */
  positions: Int32Array;
  /** The response tokens, row after row, [M]. */
  targets: Int32Array;
  /** Share of each token in the mean over sequences of the mean over tokens, of the whole batch, [M]. */
  weights: Float32Array;
  /** Advantage of each token's trajectory, [M]. */
  advantages: Float32Array;
  /** Log-probability of each token as its sampler saw it, [M]. */
  sampled: Float32Array;
}

/**
 * Microbatches of the trajectories that have an advantage (not NaN), longest first, so that the pass that
 * needs the most memory comes first. A trajectory that is longer than the budget gets a pass of its own.
 * Throws RangeError for a trajectory without a prompt or without a response token.
 */
export function microbatches(
  batch: readonly Trajectory[],
  advantages: readonly number[],
  tokensPerMicrobatch: number,
): Microbatch[] {
  const wanted = [...batch.keys()].filter((i) => !Number.isNaN(advantages[i]));
  for (const i of wanted) {
    const { promptTokens, responseTokens } = batch[i] as Trajectory;
    if (promptTokens.length === 0 || responseTokens.length === 0)
      throw new RangeError(
        `trajectory ${i} has ${promptTokens.length} prompt and ${responseTokens.length} response tokens: at least one of each is needed`,
      );
  }
  const byLength = wanted.sort((a, b) => inputLength(batch[b]) - inputLength(batch[a]) || a - b);
  const lengths = byLength.map((i) => inputLength(batch[i]));
  return partition(lengths, tokensPerMicrobatch).map(([start, end]) =>
    pack(batch, advantages, byLength.slice(start, end), wanted.length),
  );
}

/**
 * Cuts lengths, longest first, into runs of neighbours [start, end) with the least padded tokens in all,
 * counting PASS_TOKENS for each run. No run exceeds the budget in padded tokens unless it is one sequence.
 */
export function partition(lengths: readonly number[], budget: number): [start: number, end: number][] {
  // cost[i]: least cost of the sequences from i on; next[i]: where the first run of that best cut ends.
  const cost = new Array<number>(lengths.length + 1).fill(Number.POSITIVE_INFINITY);
  const next = new Array<number>(lengths.length).fill(0);
  cost[lengths.length] = 0;
  for (let start = lengths.length - 1; start >= 0; start--) {
    const length = lengths[start] as number;
    for (let end = start + 1; end <= lengths.length; end++) {
      const padded = length * (end - start);
      if (padded > budget && end > start + 1) break;
      const total = padded + PASS_TOKENS + (cost[end] as number);
      if (total < (cost[start] as number)) {
        cost[start] = total;
        next[start] = end;
      }
    }
  }
  const runs: [number, number][] = [];
  for (let start = 0; start < lengths.length; start = next[start] as number)
    runs.push([start, next[start] as number]);
  return runs;
}

function inputLength(trajectory: Trajectory | undefined): number {
  return trajectory ? trajectory.promptTokens.length + trajectory.responseTokens.length - 1 : 0;
}

function pack(
  batch: readonly Trajectory[],
  advantages: readonly number[],
  members: number[],
  sequences: number,
): Microbatch {
  const rows = members.map((i) => batch[i] as Trajectory);
  const length = Math.max(...rows.map(inputLength));
  const covered = rows.reduce((sum, { responseTokens }) => sum + responseTokens.length, 0);
  const microbatch: Microbatch = {
    members,
    shape: [rows.length, length],
    tokens: new Int32Array(rows.length * length),
    positions: new Int32Array(covered),
    targets: new Int32Array(covered),
    weights: new Float32Array(covered),
    advantages: new Float32Array(covered),
    sampled: new Float32Array(covered),
  };
  let m = 0;
  rows.forEach((row, b) => {
    microbatch.tokens.set(row.promptTokens, b * length);
    microbatch.tokens.set(row.responseTokens.slice(0, -1), b * length + row.promptTokens.length);
    const end = m + row.responseTokens.length;
    microbatch.targets.set(row.responseTokens, m);
    microbatch.sampled.set(row.logProbabilities, m);
    microbatch.weights.fill(1 / (sequences * row.responseTokens.length), m, end);
    microbatch.advantages.fill(advantages[members[b] as number] as number, m, end);
    for (let t = 0; m < end; t++, m++) microbatch.positions[m] = b * length + row.promptTokens.length - 1 + t;
  });
  return microbatch;
}
