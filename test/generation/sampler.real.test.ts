import { expect, test } from "bun:test";
import { byKernel, composed, type RowSampling } from "../../src/generation/sampler.ts";
import { evaluate, MxArray, mx, random, scope } from "../../src/mlx/index.ts";
import { expectClose, withMlx } from "../mlx/live-arrays.ts";

withMlx();

const OPEN: RowSampling = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
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
  penalty: { repetitionPenalty: 1.8 },
  "greedy with a penalty": { temperature: 0, repetitionPenalty: 3 },
  "all with a penalty below 1": { temperature: 0.9, topK: 40, topP: 0.9, minP: 0.02, repetitionPenalty: 0.7 },
};
const ROWS = 64;
const WIDTH = 3001;

interface Expected {
  token: number;
  /** Under softmax(logits), softmax(logits / temperature), and what the token is drawn from. */
  plain: number;
  tempered: number;
  sampling: number;
}

/** The definition, in float64: penalty, temperature, then top-k, then top-p of what is left, then min-p. */
function expected(logits: Float32Array, s: RowSampling, uniform: number, history: number[]): Expected {
  const penalised = Float32Array.from(logits);
  for (const id of new Set(history)) {
    const x = logits[id] as number;
    penalised[id] = x > 0 ? x / s.repetitionPenalty : x * s.repetitionPenalty;
  }
  const kept = keptWeights(penalised, s);
  const mass = kept.reduce((sum, w) => sum + w, 0);
  const target = uniform * mass;
  let sum = 0;
  const token = kept.findIndex((weight) => {
    sum += weight;
    return weight > 0 && sum > target;
  });
  const logSoftmax = (temperature: number) => {
    const total = logits.reduce((all, x) => all + Math.exp(x / temperature), 0);
    return (logits[token] as number) / temperature - Math.log(total);
  };
  const greedy = s.temperature === 0;
  return {
    token,
    plain: logSoftmax(1),
    tempered: greedy ? 0 : logSoftmax(s.temperature),
    sampling: Math.log((kept[token] as number) / mass),
  };
}

/** Weights of the tokens that may be drawn, 0 for the others. */
function keptWeights(logits: Float32Array, s: RowSampling): number[] {
  const most = logits.reduce((a, b) => Math.max(a, b));
  if (s.temperature === 0) return Array.from(logits, (_, i) => (i === logits.indexOf(most) ? 1 : 0));
  const weights = Array.from(logits, (x) => Math.exp((x - most) / s.temperature));
  const descending = weights.toSorted((a, b) => b - a);
  const byRank = s.topK > 0 ? descending.slice(0, s.topK) : descending;
  const mass = byRank.reduce((sum, w) => sum + w, 0);
  let held = 0;
  const last = byRank.find((weight) => {
    held += weight;
    return s.topP < 1 && held >= s.topP * mass;
  });
  const least = Math.max(s.minP, last ?? (byRank.at(-1) as number));
  return weights.map((weight) => (weight >= least ? weight : 0));
}

test.each(Object.entries(SETTINGS))(
  "%s: the tokens and log-probabilities of the definition",
  (_name, change) => {
    scope(() => {
      const logits = mx.multiply(random.normal([ROWS, WIDTH], { key: random.key(5) }), 3);
      evaluate(logits);
      const values = logits.toFloat32();
      const rows = new Array<RowSampling>(ROWS).fill({ ...OPEN, ...change });
      const uniforms = random.uniform([ROWS], { key: random.key(6) }).toFloat32();
      // The likeliest tokens are among them, some twice.
      const histories = rows.map((_, i) => {
        const row = values.subarray(i * WIDTH, (i + 1) * WIDTH);
        const likely = [...row.keys()].sort((a, b) => (row[b] as number) - (row[a] as number)).slice(0, 6);
        return [...likely, i, i, likely[0] as number];
      });
      const wanted = rows.map((settings, i) => {
        const row = values.subarray(i * WIDTH, (i + 1) * WIDTH);
        return expected(row, settings, uniforms[i] as number, histories[i] as number[]);
      });
      const history = change.repetitionPenalty
        ? MxArray.from(Int32Array.from(histories.flat()), [ROWS, 9])
        : null;
      for (const way of [byKernel, composed]) {
        const drawn = way(logits, rows, Array.from(uniforms), history);
        const tokens = drawn.tokens.toInt32();
        // Sums in float32 may put a number that falls on a boundary on its other side.
        const same = wanted.flatMap(({ token }, i) => (token === tokens[i] ? [i] : []));
        expect(same.length).toBeGreaterThanOrEqual(way === byKernel ? ROWS : ROWS - 1);
        const agree = (actual: Float32Array, name: "plain" | "tempered" | "sampling") =>
          expectClose(
            same.map((i) => actual[i] as number),
            same.map((i) => wanted[i]?.[name] as number),
            2e-5,
          );
        agree(drawn.logProbabilities.toFloat32(), "plain");
        agree(drawn.tempered.toFloat32(), "tempered");
        agree(drawn.sampling.toFloat32(), "sampling");
      }
    });
  },
);

test("a row with NaN or infinity has a log-probability that is not finite, whatever its settings", () => {
  scope(() => {
    const row = Float32Array.from({ length: 700 }, (_, i) => Math.sin(i));
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const [at, settings] of [OPEN, { ...OPEN, temperature: 0 }, { ...OPEN, topP: 0.9 }].entries()) {
        const broken = Float32Array.from(row);
        broken[at * 300] = bad;
        const logits = MxArray.from(Float32Array.from([...row, ...broken]), [2, 700]);
        for (const way of [byKernel, composed]) {
          const values = way(logits, [OPEN, settings], [0.5, 0.5], null).logProbabilities.toFloat32();
          expect([...values].map(Number.isFinite)).toEqual([true, false]);
        }
      }
    }
  });
});

test("the ends of the unit interval draw tokens that have a probability", () => {
  scope(() => {
    const logits = MxArray.from(Float32Array.from([-Infinity, 1, 2, -Infinity, 3, -Infinity]), [1, 6]);
    for (const draw of [byKernel, composed]) {
      const token = (uniform: number) => draw(logits, [OPEN], [uniform], null).tokens.item();
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
      const together = draw(logits, rows, uniforms, null).tokens.toInt32();
      rows.forEach((settings, i) => {
        const alone = draw(mx.slice(logits, [i, 0], [i + 1, 500]), [settings], [uniforms[i] as number], null);
        expect(alone.tokens.item()).toBe(together[i] as number);
      });
    }
  });
});
