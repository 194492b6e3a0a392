import { device, MxArray, mx } from "../mlx/index.ts";
import type { DrawnTokens } from "../mlx/ops/fast.ts";

/** How one row is sampled; see GenerationRequest for the meaning of each. */
export interface RowSampling {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  repetitionPenalty: number;
}

/** Tokens whose probabilities are added up together before the running sum. */
const BLOCK = 256;
/** Rounds of halving the interval in which the nucleus' threshold lies: down to 2^-40 of the largest probability. */
const BISECTIONS = 40;

/**
 * One token for each row of logits [B, V], with its log-probabilities; lazy. `uniforms` holds a number in [0, 1) for
 * each row: the token is where the cumulative distribution passes it, so a row's token depends on its own number
 * and logits alone. `history` [B, K] int32 are the tokens that each row's repetition penalty is for, equal ones
 * allowed; null where no row has one.
 */
export function draw(
  logits: MxArray,
  rows: readonly RowSampling[],
  uniforms: readonly number[],
  history: MxArray | null = null,
): DrawnTokens {
  const way = device.nativeKernels() ? byKernel : composed;
  return way(mx.astype(logits, "float32"), rows, uniforms, history);
}

/** In one kernel of the shim, on the CPU. */
export function byKernel(
  logits: MxArray,
  rows: readonly RowSampling[],
  uniforms: readonly number[],
  history: MxArray | null,
): DrawnTokens {
  const settings = rows.flatMap(({ temperature, topK, topP, minP, repetitionPenalty }) => [
    temperature,
    topK,
    topP,
    minP,
    history ? repetitionPenalty : 1,
  ]);
  return mx.fast.sample(
    logits,
    numbersBelowOne(uniforms, [rows.length]),
    MxArray.from(Float32Array.from(settings), [rows.length, 5]),
    history ?? mx.zeros([rows.length, 1], "int32"),
  );
}

/** Of MLX's operations: what GPU backends compute. */
export function composed(
  logits: MxArray,
  rows: readonly RowSampling[],
  uniforms: readonly number[],
  history: MxArray | null,
): DrawnTokens {
  const column = columnsOf(rows);
  const greedy = rows.map((row) => row.temperature === 0);
  const penalised = history ? penalise(logits, history, column("repetitionPenalty")) : logits;
  const best = mx.astype(mx.argmax(penalised, { axis: -1 }), "int32");
  if (greedy.every(Boolean)) {
    const certain = mx.zeros([rows.length]);
    return {
      tokens: best,
      logProbabilities: mx.fast.logProbability(logits, best),
      tempered: certain,
      sampling: certain,
    };
  }
  const probabilities = samplingDistribution(mx.divide(penalised, column("temperature")), rows);
  const isGreedy = MxArray.from(greedy);
  const tokens = mx.where(isGreedy, best, inverseCumulative(probabilities, uniforms));
  const chosen = mx.takeAlongAxis(probabilities, mx.expandDims(tokens, -1), -1);
  const share = mx.divide(chosen, mx.sum(probabilities, { axis: -1, keepDims: true }));
  const tempered = mx.fast.logProbability(mx.divide(logits, column("temperature")), tokens);
  return {
    tokens,
    logProbabilities: mx.fast.logProbability(logits, tokens),
    tempered: mx.where(isGreedy, 0, tempered),
    sampling: mx.where(isGreedy, 0, mx.log(mx.squeeze(share, -1))),
  };
}

/** One setting of every row as an array [B, 1]; a temperature of 0 as 1, since nothing reads that row's result. */
function columnsOf(rows: readonly RowSampling[]): (name: keyof RowSampling) => MxArray {
  return (name) => {
    const values = rows.map((row) => (name === "temperature" ? row.temperature || 1 : row[name]));
    return MxArray.from(Float32Array.from(values), [rows.length, 1]);
  };
}

/** Logits [B, V] of the tokens in `history` [B, K] divided by the penalty [B, 1] where positive, else multiplied. */
function penalise(logits: MxArray, history: MxArray, penalty: MxArray): MxArray {
  const old = mx.takeAlongAxis(logits, history, -1);
  const lower = mx.where(mx.greater(old, 0), mx.divide(old, penalty), mx.multiply(old, penalty));
  return mx.putAlongAxis(logits, history, lower, -1);
}

/** As float32, which must not round up to 1: the last token with a probability stays within reach. */
function numbersBelowOne(uniforms: readonly number[], shape: number[]): MxArray {
  return MxArray.from(
    Float32Array.from(uniforms, (u) => Math.min(u, 1 - 2 ** -24)),
    shape,
  );
}

/** Probabilities after top-k, top-p and min-p, of tempered logits; those of dropped tokens are 0. Unnormalised. */
function samplingDistribution(logits: MxArray, rows: readonly RowSampling[]): MxArray {
  const column = columnsOf(rows);
  let probabilities = mx.softmax(logits, { axis: -1, precise: true });
  if (rows.some((row) => row.topK > 0)) probabilities = keepTopK(probabilities, rows);
  if (rows.some((row) => row.topP < 1)) {
    probabilities = dropBelow(probabilities, nucleusThreshold(probabilities, column("topP")));
  }
  if (rows.some((row) => row.minP > 0)) {
    const largest = mx.max(probabilities, { axis: -1, keepDims: true });
    probabilities = dropBelow(probabilities, mx.multiply(largest, column("minP")));
  }
  return probabilities;
}

function keepTopK(probabilities: MxArray, rows: readonly RowSampling[]): MxArray {
  const size = probabilities.shape[1] as number;
  const most = Math.min(size, Math.max(...rows.map((row) => row.topK)));
  // Ascending: the k-th largest of a row stands at most - k.
  const largest = mx.sort(mx.topk(probabilities, most, -1), -1);
  const place = rows.map((row) => (row.topK > 0 ? most - Math.min(row.topK, most) : 0));
  const threshold = mx.takeAlongAxis(largest, MxArray.from(Int32Array.from(place), [rows.length, 1]), -1);
  const unlimited = MxArray.from(
    rows.map((row) => row.topK === 0),
    [rows.length, 1],
  );
  return dropBelow(probabilities, mx.where(unlimited, 0, threshold));
}

/**
 * The largest threshold at which the tokens that reach it still hold `share` of the probability: found by
 * halving, which needs no sort of the vocabulary. probabilities [B, V], share [B, 1] -> [B, 1].
 */
function nucleusThreshold(probabilities: MxArray, share: MxArray): MxArray {
  const wanted = mx.multiply(share, mx.sum(probabilities, { axis: -1, keepDims: true }));
  let low = mx.zeros(wanted.shape);
  let high = mx.max(probabilities, { axis: -1, keepDims: true });
  for (let round = 0; round < BISECTIONS; round++) {
    const middle = mx.multiply(mx.add(low, high), 0.5);
    const held = mx.sum(dropBelow(probabilities, middle), { axis: -1, keepDims: true });
    const enough = mx.greaterEqual(held, wanted);
    low = mx.where(enough, middle, low);
    high = mx.where(enough, high, middle);
  }
  return low;
}

const dropBelow = (probabilities: MxArray, threshold: MxArray): MxArray =>
  mx.where(mx.greaterEqual(probabilities, threshold), probabilities, 0);

/**
 * Index at which the cumulative sum of each row passes its uniform number. [B, V] -> [B], int32. First the block is
 * found and then the place in it: one running sum in float32 over a whole vocabulary would be off by more than
 * many a token's probability.
 */
function inverseCumulative(probabilities: MxArray, uniforms: readonly number[]): MxArray {
  const [rows, size] = probabilities.shape as [number, number];
  const count = Math.ceil(size / BLOCK);
  const padded = mx.pad(probabilities, [
    [0, 0],
    [0, count * BLOCK - size],
  ]);
  const blocks = mx.reshape(padded, [rows, count, BLOCK]);
  const ends = mx.cumsum(mx.sum(blocks, { axis: -1 }), { axis: -1 });
  const total = mx.slice(ends, [0, count - 1], [rows, count]);
  const target = mx.multiply(numbersBelowOne(uniforms, [rows, 1]), total);
  const block = mx.minimum(passed(ends, target), count - 1);
  const before = mx.where(
    mx.equal(block, 0),
    0,
    mx.takeAlongAxis(ends, mx.maximum(mx.subtract(block, 1), 0), -1),
  );
  const inside = mx.squeeze(mx.takeAlongAxis(blocks, mx.expandDims(block, -1), 1), 1);
  const place = passed(mx.add(mx.cumsum(inside, { axis: -1 }), before), target);
  const index = mx.add(mx.multiply(block, BLOCK), mx.minimum(place, BLOCK - 1));
  return mx.astype(mx.squeeze(mx.minimum(index, size - 1), -1), "int32");
}

/** How many of the running sums [B, N] do not exceed the target [B, 1]: -> [B, 1], int32. */
function passed(sums: MxArray, target: MxArray): MxArray {
  return mx.sum(mx.astype(mx.lessEqual(sums, target), "int32"), { axis: -1, keepDims: true });
}
