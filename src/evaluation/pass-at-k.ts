import { ConfigError } from "../errors/index.ts";
import { stream } from "../random/stream.ts";

/** Samples drawn of a problem and how many of them passed. */
export interface ProblemCount {
  samples: number;
  passed: number;
}

/**
 * Unbiased estimate of pass@k for one problem, 1 - C(n-c, k) / C(n, k), as a product that neither overflows
 * nor cancels (Chen et al., arXiv 2107.03374, equation 1). Throws ConfigError when k > n.
 */
export function passAtK({ samples: n, passed: c }: ProblemCount, k: number): number {
  if (k > n) {
    throw new ConfigError(`pass@${k} needs at least ${k} samples a problem; there are ${n}.`, {
      mend: `Draw more samples (--samples ${k}), or ask for a smaller k.`,
    });
  }
  if (n - c < k) return 1;
  let missed = 1;
  for (let i = n - c + 1; i <= n; i++) missed *= 1 - k / i;
  return 1 - missed;
}

export interface Score {
  /** Mean over problems. */
  value: number;
  /** Ends of the 95% interval. */
  low: number;
  high: number;
}

const RESAMPLES = 2000;

/**
 * Mean pass@k over problems with its bootstrap interval; the same for the same counts. Where all problems are equal every
 * resample is too, which says nothing about others: there the interval is Wilson's.
 */
export function scorePassAtK(counts: readonly ProblemCount[], k: number): Score {
  const values = counts.map((count) => passAtK(count, k));
  const [first = 0] = values;
  if (values.every((value) => value === first)) return wilson(first, values.length);
  return bootstrapMean(values, "bootstrap", k);
}

const Z = 1.959964;

/** Wilson's 95% interval of a share of n. */
function wilson(share: number, n: number): Score {
  const spread = Z * Math.sqrt((share * (1 - share)) / n + (Z / (2 * n)) ** 2);
  const [middle, scale] = [share + Z ** 2 / (2 * n), 1 + Z ** 2 / n];
  const bound = (value: number) => Math.min(1, Math.max(0, value / scale));
  const low = share === 0 ? 0 : bound(middle - spread);
  return { value: share, low, high: share === 1 ? 1 : bound(middle + spread) };
}

/**
 * Mean difference of pairs, one a problem, with its bootstrap interval. Where no pair differs every resample is too, which
 * says nothing about others: there the interval reaches as far to either side as Wilson's does for no success in as many.
 */
export function pairedDifference(differences: readonly number[], k: number): Score {
  if (differences.some((one) => one !== 0)) return bootstrapMean(differences, "paired", k);
  const { high } = wilson(0, differences.length);
  return { value: 0, low: -high, high };
}

/**
 * Mean of one value per problem, and the percentile bootstrap of it over problems. The draws come from a stream of
 * `purpose`, the number of values and k: the same values give the same interval everywhere.
 */
export function bootstrapMean(values: readonly number[], purpose: string, k: number): Score {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const random = stream(0, purpose, values.length, k);
  const resampled = Array.from({ length: RESAMPLES }, () => mean(values.map(() => random.pick(values))));
  resampled.sort((a, b) => a - b);
  const quantile = (q: number) => resampled[Math.round(q * (RESAMPLES - 1))] as number;
  return { value: mean(values), low: quantile(0.025), high: quantile(0.975) };
}
