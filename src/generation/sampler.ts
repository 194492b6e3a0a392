import { device, evaluate, MxArray, mx, scope } from "../mlx/index.ts";

/** How one row is sampled; see GenerationRequest for the meaning of each. */
export interface RowSampling {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
}

export interface Sampled {
  /** [B]. */
  tokens: Uint32Array;
  /** Natural-log probability of each token under the untempered distribution, [B]. */
  logProbabilities: Float32Array;
}

/** Tokens whose probabilities are added up together before the running sum. */
const BLOCK = 256;
/** Rounds of halving the interval in which the nucleus' threshold lies: down to 2^-40 of the largest probability. */
const BISECTIONS = 40;

/**
 * One token for each row of logits [B, V]. `uniforms` holds a number in [0, 1) for each row: the token is
 * where the cumulative distribution passes it, so a row's token depends on its own number and logits alone.
 */
export function sample(logits: MxArray, rows: readonly RowSampling[], uniforms: readonly number[]): Sampled {
  return scope(() => {
    const draw = device.nativeKernels() ? byKernel : composed;
    const { tokens, logProbabilities } = draw(mx.astype(logits, "float32"), rows, uniforms);
    evaluate(tokens, logProbabilities);
    return { tokens: tokens.toUint32(), logProbabilities: logProbabilities.toFloat32() };
  });
}

/** What a way of drawing gives: [B] both. */
interface Drawn {
  tokens: MxArray;
  logProbabilities: MxArray;
}

/** In one kernel of the shim, on the CPU. */
export function byKernel(logits: MxArray, rows: readonly RowSampling[], uniforms: readonly number[]): Drawn {
  const settings = rows.flatMap(({ temperature, topK, topP, minP }) => [temperature, topK, topP, minP]);
  return mx.fast.sample(
    logits,
    numbersBelowOne(uniforms, [rows.length]),
    MxArray.from(Float32Array.from(settings), [rows.length, 4]),
  );
}

/** Of MLX's operations: what GPU backends compute. */
export function composed(logits: MxArray, rows: readonly RowSampling[], uniforms: readonly number[]): Drawn {
  const greedy = rows.map((row) => row.temperature === 0);
  let tokens = mx.astype(mx.argmax(logits, { axis: -1 }), "int32");
  if (!greedy.every(Boolean)) {
    const drawn = inverseCumulative(samplingDistribution(logits, rows), uniforms);
    tokens = greedy.some(Boolean) ? mx.where(MxArray.from(greedy), tokens, drawn) : drawn;
  }
  return { tokens, logProbabilities: mx.fast.logProbability(logits, tokens) };
}

/** As float32, which must not round up to 1: the last token with a probability stays within reach. */
function numbersBelowOne(uniforms: readonly number[], shape: number[]): MxArray {
  return MxArray.from(
    Float32Array.from(uniforms, (u) => Math.min(u, 1 - 2 ** -24)),
    shape,
  );
}

/** Probabilities after temperature, top-k, top-p and min-p; those of dropped tokens are 0. Unnormalised. */
function samplingDistribution(logits: MxArray, rows: readonly RowSampling[]): MxArray {
  const column = (values: number[]) => MxArray.from(Float32Array.from(values), [rows.length, 1]);
  const tempered = rows.every((row) => row.temperature === 1)
    ? logits
    : mx.divide(logits, column(rows.map((row) => row.temperature || 1)));
  let probabilities = mx.softmax(tempered, { axis: -1, precise: true });
  if (rows.some((row) => row.topK > 0)) probabilities = keepTopK(probabilities, rows);
  if (rows.some((row) => row.topP < 1)) {
    probabilities = dropBelow(
      probabilities,
      nucleusThreshold(probabilities, column(rows.map((row) => row.topP))),
    );
  }
  if (rows.some((row) => row.minP > 0)) {
    const largest = mx.max(probabilities, { axis: -1, keepDims: true });
    probabilities = dropBelow(probabilities, mx.multiply(largest, column(rows.map((row) => row.minP))));
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
