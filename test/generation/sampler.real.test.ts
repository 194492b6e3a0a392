import { expect, test } from "bun:test";
import { byKernel, composed, type RowSampling } from "../../src/generation/sampler.ts";
import { evaluate, MxArray, mx, random, scope } from "../../src/mlx/index.ts";
import { expectClose, withMlx } from "../mlx/live-arrays.ts";

withMlx();

const OPEN: RowSampling = { temperature: 1, topK: 0, topP: 1, minP: 0 };
const SETTINGS: Record<string, Partial<RowSampling>> = {
  greedy: { temperature: 0 },
  open: {},
  cool: { temperature: 0.6 },
  hot: { temperature: 1.7 },
  "top-k": { topK: 7 },
  "top-k beyond the vocabulary": { topK: 100_000 },
  "top-p": { topP: 0.8 },
  "min-p": { minP: 0.1 },
  "all at once": { temperature: 0.9, topK: 40, topP: 0.9, minP: 0.02 },
};
const ROWS = 64;

/** The definition, in float64: temperature, then top-k, then top-p of what is left, then min-p. */
function expectedToken(logits: Float32Array, s: RowSampling, uniform: number): number {
  const most = logits.reduce((a, b) => Math.max(a, b));
  if (s.temperature === 0) return logits.indexOf(most);
  const weights = Array.from(logits, (x) => Math.exp((x - most) / s.temperature));
  const descending = weights.toSorted((a, b) => b - a);
  const byRank = s.topK > 0 ? descending.slice(0, s.topK) : descending;
  const mass = byRank.reduce((sum, w) => sum + w, 0);
  let held = 0;
  let least = s.minP;
  for (const weight of byRank) {
    held += weight;
    if (held < s.topP * mass) continue;
    least = Math.max(least, weight);
    break;
  }
  if (s.topP === 1) least = Math.max(s.minP, byRank.at(-1) as number);
  const kept = weights.map((weight) => (weight >= least ? weight : 0));
  const target = uniform * kept.reduce((sum, w) => sum + w, 0);
  let sum = 0;
  return kept.findIndex((weight) => {
    sum += weight;
    return weight > 0 && sum > target;
  });
}

test.each(Object.entries(SETTINGS))(
  "%s: the tokens and log-probabilities of the definition",
  (_name, change) => {
    scope(() => {
      const logits = mx.multiply(random.normal([ROWS, 3001], { key: random.key(5) }), 3);
      evaluate(logits);
      const values = logits.toFloat32();
      const rows = new Array<RowSampling>(ROWS).fill({ ...OPEN, ...change });
      const uniforms = random.uniform([ROWS], { key: random.key(6) }).toFloat32();
      const row = (i: number) => values.subarray(i * 3001, (i + 1) * 3001);
      const expected = rows.map((settings, i) => expectedToken(row(i), settings, uniforms[i] as number));
      const logProbability = expected.map((token, i) => {
        const total = row(i).reduce((sum, x) => sum + Math.exp(x), 0);
        return (row(i)[token] as number) - Math.log(total);
      });
      for (const draw of [byKernel, composed]) {
        const drawn = draw(logits, rows, Array.from(uniforms));
        const tokens = Array.from(drawn.tokens.toInt32());
        // Sums in float32 may put a number that falls on a boundary on its other side.
        const same = tokens.filter((token, i) => token === expected[i]).length;
        expect(same).toBeGreaterThanOrEqual(draw === byKernel ? ROWS : ROWS - 1);
        if (same === ROWS) expectClose(drawn.logProbabilities.toFloat32(), logProbability, 1e-5);
      }
    });
  },
);

test("the ends of the unit interval draw tokens that have a probability", () => {
  scope(() => {
    const logits = MxArray.from(Float32Array.from([-Infinity, 1, 2, -Infinity, 3, -Infinity]), [1, 6]);
    for (const draw of [byKernel, composed]) {
      const token = (uniform: number) => draw(logits, [OPEN], [uniform]).tokens.item();
      expect([token(0), token(1 - 2 ** -53)]).toEqual([1, 4]);
    }
  });
});

test("rows with settings of their own do not touch each other", () => {
  scope(() => {
    const logits = random.normal([3, 500], { key: random.key(9) });
    const rows = [OPEN, { ...OPEN, temperature: 0 }, { ...OPEN, topK: 3 }];
    const uniforms = [0.3, 0.6, 0.9];
    for (const draw of [byKernel, composed]) {
      const together = draw(logits, rows, uniforms).tokens.toInt32();
      rows.forEach((settings, i) => {
        const alone = draw(mx.slice(logits, [i, 0], [i + 1, 500]), [settings], [uniforms[i] as number]);
        expect(alone.tokens.item()).toBe(together[i] as number);
      });
    }
  });
});
