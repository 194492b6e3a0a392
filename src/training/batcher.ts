import type { Trajectory } from "../interfaces/trajectory.ts";

/**
 * The trajectories of one forward and backward pass, one after the other in a row of T tokens without padding.
 * Trajectories with the same prompt share it: the row holds the prompt once and then each response (see
 * nn/ragged-attention.ts for segments and trees). Plain data.
 */
export interface Microbatch {
  /** Index of each trajectory in the batch, in the row's order. */
  members: number[];
  /** Prompts and responses without their last tokens, which nothing is predicted from, [T]. */
  tokens: Int32Array;
  /** Position of each token in its text, [T]. */
  positions: Int32Array;
  /** Begin, end, prefix's begin and prefix's end of each segment, [S * 4]. */
  segments: Int32Array;
  /** The first segment of each tree, and S, [G + 1]. */
  trees: Int32Array;
  /** Place in the row of the state that predicts each response token, [M]. */
  predictors: Int32Array;
  /** The response tokens, one trajectory after the other, [M]. */
  targets: Int32Array;
  /** Share of each token in the mean over the whole batch, [M]: weights of a batch sum to 1. */
  weights: Float32Array;
  /** Advantage of each token's trajectory, [M]. */
  advantages: Float32Array;
  /** Log-probability of each token as its sampler saw it, [M]. */
  sampled: Float32Array;
  /**
   * Log-probability of each token under the weights before the first update on the batch, and under the reference,
   * [M]. Without `behaviour` the pass is the first: its own values are.
   */
  behaviour?: Float32Array;
  reference?: Float32Array;
  /** What the logits that each token was drawn from were multiplied by: 1 / temperature, [M]. */
  inverseTemperatures: Float32Array;
}

/** Over sequences of the mean over a sequence's tokens, or over all response tokens alike. */
export type Mean = "sequence" | "token";

/** Trajectories with the same prompt. */
interface Tree {
  prompt: readonly number[];
  members: number[];
  /** Tokens in a row. */
  size: number;
}

/**
 * Microbatches of at most `tokensPerMicrobatch` tokens, of the trajectories that have an advantage (not NaN), the
 * fullest first. Prompts are kept in one piece where they fit; a trajectory that is longer than the budget gets a
 * pass of its own. Throws RangeError for a trajectory without a prompt or without a response token.
 */
export function microbatches(
  batch: readonly Trajectory[],
  advantages: readonly number[],
  tokensPerMicrobatch: number,
  mean: Mean = "sequence",
): Microbatch[] {
  const wanted = [...batch.keys()].filter((i) => !Number.isNaN(advantages[i]));
  for (const i of wanted) {
    const { promptTokens, responseTokens } = batch[i] as Trajectory;
    if (promptTokens.length === 0 || responseTokens.length === 0)
      throw new RangeError(
        `trajectory ${i} has ${promptTokens.length} prompt and ${responseTokens.length} response tokens: at least one of each is needed`,
      );
  }
  const responses = wanted.map((i) => (batch[i] as Trajectory).responseTokens.length);
  const total = responses.reduce((sum, length) => sum + length, 0);
  const weight = (length: number) => (mean === "token" ? 1 / total : 1 / (wanted.length * length));
  const trees = byPrompt(batch, wanted).flatMap((tree) => cut(batch, tree, tokensPerMicrobatch));
  return fill(trees, tokensPerMicrobatch).map((row) => pack(batch, advantages, row, weight));
}

/** Trajectories by their prompts, in the order of the batch. */
function byPrompt(batch: readonly Trajectory[], wanted: readonly number[]): Tree[] {
  const groups = Map.groupBy(wanted, (i) => (batch[i] as Trajectory).promptTokens.join());
  return [...groups.values()].map((members) => tree(batch, members));
}

function tree(batch: readonly Trajectory[], members: number[]): Tree {
  const prompt = (batch[members[0] as number] as Trajectory).promptTokens;
  const size = members.reduce((sum, i) => sum + ownTokens(batch[i] as Trajectory), prompt.length);
  return { prompt, members, size };
}

/** Tokens that a trajectory adds to its prompt: nothing is predicted from its last one. */
const ownTokens = ({ responseTokens }: Trajectory): number => responseTokens.length - 1;

/** A tree that exceeds the budget in pieces that keep to it, each with the prompt again. */
function cut(batch: readonly Trajectory[], whole: Tree, budget: number): Tree[] {
  const pieces: number[][] = [[]];
  let size = whole.prompt.length;
  for (const i of whole.members) {
    const own = ownTokens(batch[i] as Trajectory);
    if (size + own > budget && pieces.at(-1)?.length) {
      pieces.push([]);
      size = whole.prompt.length;
    }
    pieces.at(-1)?.push(i);
    size += own;
  }
  return pieces.map((members) => tree(batch, members));
}

/** Rows of trees: each tree, largest first, goes to the first row that has room for it (first-fit decreasing). */
export function fill<T extends { size: number }>(trees: readonly T[], budget: number): T[][] {
  const rows: { trees: T[]; size: number }[] = [];
  for (const tree of trees.toSorted((a, b) => b.size - a.size)) {
    const row = rows.find(({ size }) => size + tree.size <= budget);
    if (row) {
      row.trees.push(tree);
      row.size += tree.size;
    } else rows.push({ trees: [tree], size: tree.size });
  }
  return rows.toSorted((a, b) => b.size - a.size).map(({ trees }) => trees);
}

function pack(
  batch: readonly Trajectory[],
  advantages: readonly number[],
  row: readonly Tree[],
  weight: (responseLength: number) => number,
): Microbatch {
  const members = row.flatMap((tree) => tree.members);
  const covered = members.reduce((sum, i) => sum + (batch[i] as Trajectory).responseTokens.length, 0);
  const length = row.reduce((sum, { size }) => sum + size, 0);
  const tokens = new Int32Array(length);
  const positions = new Int32Array(length);
  const segments: number[] = [];
  const trees = [0];
  const [predictors, targets] = [new Int32Array(covered), new Int32Array(covered)];
  const [weights, taken, sampled, inverseTemperatures] = Array.from(
    { length: 4 },
    () => new Float32Array(covered),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  let [at, m] = [0, 0];
  const lay = (text: readonly number[], first: number, prefix: readonly [number, number]) => {
    tokens.set(text, at);
    for (let t = 0; t < text.length; t++) positions[at + t] = first + t;
    segments.push(at, at + text.length, ...prefix);
    at += text.length;
  };
  for (const { prompt, members } of row) {
    const begin = at;
    lay(prompt, 0, [begin, begin]);
    const end = at;
    for (const i of members) {
      const { responseTokens, logProbabilities, temperature } = batch[i] as Trajectory;
      const next = m + responseTokens.length;
      targets.set(responseTokens, m);
      sampled.set(logProbabilities, m);
      weights.fill(weight(responseTokens.length), m, next);
      taken.fill(advantages[i] as number, m, next);
      // A greedy response was drawn from no distribution: it is learnt under the plain one.
      inverseTemperatures.fill(temperature > 0 ? 1 / temperature : 1, m, next);
      // The prompt's last token predicts the response's first, each response token the one after it.
      predictors[m] = end - 1;
      for (let t = 1; t < responseTokens.length; t++) predictors[m + t] = at + t - 1;
      if (responseTokens.length > 1) lay(responseTokens.slice(0, -1), prompt.length, [begin, end]);
      m = next;
    }
    trees.push(segments.length / 4);
  }
  return {
    members,
    tokens,
    positions,
    segments: Int32Array.from(segments),
    trees: Int32Array.from(trees),
    predictors,
    targets,
    weights,
    advantages: taken,
    sampled,
    inverseTemperatures,
  };
}
