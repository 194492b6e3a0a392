import { expect, test } from "bun:test";
import { MxArray, mx, random, scope, valueAndGrad } from "../../src/mlx/index.ts";
import { expectClose, withMlx } from "./live-arrays.ts";

/** The shim's own kernels against the same formula composed of MLX's operations, forward and gradient. */
withMlx();

const normal = (seed: number, ...shape: number[]) => random.normal(shape, { key: random.key(seed) });

type Inputs = Record<string, MxArray>;

/** Compares two functions of the same inputs: their outputs, and the gradients of a weighted sum of them. */
function expectSame(
  inputs: Inputs,
  ours: (i: Inputs) => MxArray,
  theirs: (i: Inputs) => MxArray,
  tolerance = 2e-5,
) {
  const [a, b] = [ours, theirs].map((f) =>
    valueAndGrad((i: Inputs) => {
      const out = f(i);
      return [mx.sum(mx.multiply(out, mx.cos(mx.reshape(mx.arange(out.size), out.shape)))), out] as const;
    })(inputs),
  );
  expectClose(a?.aux[0].toFloat32() as Float32Array, b?.aux[0].toFloat32() as Float32Array, tolerance);
  for (const name of Object.keys(inputs)) {
    const gradient = (result: typeof a) => result?.gradient[name]?.toFloat32() as Float32Array;
    expectClose(gradient(a), gradient(b), tolerance);
  }
}

const composedSwiglu = ({ gate, up }: Inputs) => {
  const g = gate as MxArray;
  return mx.multiply(mx.multiply(g, mx.sigmoid(g)), up as MxArray);
};
const swiglu = ({ gate, up }: Inputs) => mx.fast.swiglu(gate as MxArray, up as MxArray);

test.each([1, 3, 4, 15, 16, 17, 1000, 200_003])("SwiGLU of %d elements", (size) => {
  scope(() =>
    expectSame({ gate: mx.multiply(normal(1, size), 5), up: normal(2, size) }, swiglu, composedSwiglu),
  );
});

test("SwiGLU of transposed and broadcast inputs, and at the ends of the range", () => {
  scope(() => {
    const strided = (f: (i: Inputs) => MxArray) => (i: Inputs) =>
      f({ gate: mx.transpose(i.gate as MxArray), up: mx.broadcastTo(i.up as MxArray, [7, 5]) });
    expectSame({ gate: normal(1, 5, 7), up: normal(2, 1, 5) }, strided(swiglu), strided(composedSwiglu));
    const ends = MxArray.from([-1e30, -200, -88, -87, 0, 87, 88, 200, 1e30]);
    const ones = mx.ones([9]);
    expectClose(mx.fast.swiglu(ends, ones).toFloat32(), composedSwiglu({ gate: ends, up: ones }).toFloat32());
  });
});

test("SwiGLU in bfloat16 keeps its dtype", () => {
  scope(() => {
    const gate = mx.astype(normal(1, 8), "bfloat16");
    expect(mx.fast.swiglu(gate, gate).dtype).toBe("bfloat16");
  });
});

const composedNorm = ({ x, weight }: Inputs) => {
  const states = x as MxArray;
  const mean = mx.mean(mx.square(states), { axis: -1, keepDims: true });
  return mx.multiply(mx.multiply(states, mx.rsqrt(mx.add(mean, 1e-5))), weight as MxArray);
};
const norm = ({ x, weight }: Inputs) => mx.fast.rmsNorm(x as MxArray, weight as MxArray, 1e-5);

test.each([
  [1, 1],
  [1, 17],
  [3, 15],
  [5, 64],
  [70, 577],
])("RMSNorm of %d rows of %d, with the gradient of states and weight", (rows, width) => {
  scope(() => {
    const inputs = { x: mx.multiply(normal(1, 2, rows, width), 3), weight: normal(2, width) };
    expectSame(inputs, norm, composedNorm);
    const strided = (f: typeof norm) => (i: Inputs) => f({ ...i, x: mx.swapaxes(i.x as MxArray, 0, 1) });
    expectSame(inputs, strided(norm), strided(composedNorm));
  });
});

test("RMSNorm of zeros is zeros; bfloat16 keeps its dtype", () => {
  scope(() => {
    const ones = mx.ones([8]);
    expect([...mx.fast.rmsNorm(mx.zeros([2, 8]), ones, 1e-5).toFloat32()]).toEqual(new Array(16).fill(0));
    const half = mx.astype(ones, "bfloat16");
    expect(mx.fast.rmsNorm(half, half, 1e-5).dtype).toBe("bfloat16");
  });
});

function distribution(logits: MxArray, targets: MxArray) {
  const p = mx.softmax(logits, { axis: -1 });
  const logP = mx.subtract(logits, mx.logsumexp(logits, { axis: -1, keepDims: true }));
  return {
    logProbability: mx.squeeze(mx.takeAlongAxis(logP, mx.expandDims(targets, -1), -1), -1),
    entropy: mx.negative(mx.sum(mx.multiply(p, logP), { axis: -1 })),
  };
}

test.each([
  [1, 1],
  [2, 5],
  [3, 16],
  [4, 33],
  [9, 4099],
])("log-probability and entropy of [%d, %d] logits", (rows, width) => {
  scope(() => {
    const targets = MxArray.from(
      Array.from({ length: rows }, (_, i) => (i * 7919) % width),
      [rows],
      "int32",
    );
    const logits = mx.multiply(normal(3, rows, width), 3);
    const both = (f: typeof distribution) => (i: Inputs) => {
      const { logProbability, entropy } = f(i.logits as MxArray, targets);
      return mx.stack([logProbability, entropy]);
    };
    expectSame({ logits }, both(mx.fast.logProbabilityAndEntropy), both(distribution));
    const scales = MxArray.from(Float32Array.from({ length: rows }, (_, i) => 0.5 + i));
    const scaled = mx.expandDims(scales, 1);
    expectSame(
      { logits },
      both((x, t) => mx.fast.logProbabilityAndEntropy(x, t, scales)),
      both((x, t) => distribution(mx.multiply(x, scaled), t)),
      1e-4,
    );
    const alone = (i: Inputs) => mx.fast.logProbability(i.logits as MxArray, targets);
    expectSame({ logits }, alone, (i) => distribution(i.logits as MxArray, targets).logProbability);
  });
});

test("logits of minus infinity have probability 0 and no gradient", () => {
  scope(() => {
    const logits = MxArray.from([0, -Infinity, 0], [1, 3]);
    const target = MxArray.from([2], [1], "int32");
    const { value, gradient } = valueAndGrad((x: MxArray) => {
      const { logProbability, entropy } = mx.fast.logProbabilityAndEntropy(x, target);
      return mx.sum(mx.add(logProbability, entropy));
    })(logits);
    expectClose([value.item()], [0]);
    expectClose(gradient.toFloat32(), [-0.5, 0, 0.5]);
  });
});

test.each([
  [1, 1],
  [3, 7],
  [2, 16],
  [5, 4099],
])("softmax and log-sum-exp of [%d, %d]", (rows, width) => {
  scope(() => {
    const inputs = { x: mx.multiply(normal(4, rows, width), 4) };
    // Over the first axis MLX computes it.
    const turned = (f: (x: MxArray) => MxArray) => (i: Inputs) =>
      mx.transpose(f(mx.transpose(i.x as MxArray)));
    expectSame(
      inputs,
      (i) => mx.softmax(i.x as MxArray, { axis: -1 }),
      turned((x) => mx.softmax(x, { axis: 0 })),
    );
    expectSame(
      inputs,
      (i) => mx.logsumexp(i.x as MxArray, { axis: 1 }),
      (i) => mx.logsumexp(mx.transpose(i.x as MxArray), { axis: 0 }),
    );
  });
});

test("log-sum-exp at infinities", () => {
  scope(() => {
    const x = MxArray.from([-Infinity, -Infinity, 1, Infinity], [2, 2]);
    expect(Array.from(mx.logsumexp(x, { axis: -1 }).toFloat32())).toEqual([-Infinity, Infinity]);
    expect(Array.from(mx.softmax(MxArray.from([-Infinity, 0]), { axis: -1 }).toFloat32())).toEqual([0, 1]);
  });
});

interface Heads {
  batch?: number;
  query: number;
  key: number;
  queries: number;
  keys: number;
  channels?: number;
}

/** Attention of its formula: whole score matrices. */
function composedAttention(i: Inputs, scale: number, bias: MxArray | null): MxArray {
  const [q, k, v] = [i.q, i.k, i.v] as [MxArray, MxArray, MxArray];
  const group = (q.shape[1] as number) / (k.shape[1] as number);
  const [keys, values] = [k, v].map((a) => mx.repeat(a, group, 1)) as [MxArray, MxArray];
  const scores = mx.multiply(mx.matmul(q, mx.swapaxes(keys, 2, 3)), scale);
  return mx.matmul(mx.softmax(bias ? mx.add(scores, bias) : scores, { axis: -1 }), values);
}

function causalBias(queries: number, keys: number): MxArray {
  return mx.triu(mx.full([queries, keys], -1e9), 1 + keys - queries);
}

function projections({ batch = 2, query, key, queries, keys, channels = 8 }: Heads): Inputs {
  return {
    q: normal(1, batch, query, queries, channels),
    k: normal(2, batch, key, keys, channels),
    v: normal(3, batch, key, keys, channels),
  };
}

test.each<[string, Heads]>([
  ["as many key heads as query heads", { query: 2, key: 2, queries: 5, keys: 5 }],
  ["grouped heads over several blocks", { query: 6, key: 2, queries: 150, keys: 150, channels: 16 }],
  ["one query and a cache", { query: 6, key: 3, queries: 1, keys: 37 }],
  ["a few queries and a cache", { query: 4, key: 1, queries: 3, keys: 70 }],
])("attention, %s", (_name, heads) => {
  scope(() => {
    const inputs = projections(heads);
    const ours = (mask: "causal" | MxArray | null) => (i: Inputs) =>
      mx.fast.scaledDotProductAttention(i.q as MxArray, i.k as MxArray, i.v as MxArray, { scale: 0.3, mask });
    const theirs = (bias: MxArray | null) => (i: Inputs) => composedAttention(i, 0.3, bias);
    const causal = causalBias(heads.queries, heads.keys);
    expectSame(inputs, ours(null), theirs(null));
    expectSame(inputs, ours("causal"), theirs(causal));
    const random = mx.multiply(normal(9, heads.queries, heads.keys), 2);
    expectSame(inputs, ours(random), theirs(random));
    expectSame(inputs, ours(mx.greater(causal, -1)), theirs(causal));
  });
});

test("attention of transposed projections, with a mask for each row of the batch", () => {
  scope(() => {
    const inputs: Inputs = { q: normal(1, 2, 5, 4, 8), k: normal(2, 2, 5, 2, 8), v: normal(3, 2, 8, 5, 2) };
    const turned = (f: (i: Inputs) => MxArray) => (i: Inputs) =>
      f({
        q: mx.transpose(i.q as MxArray, [0, 2, 1, 3]),
        k: mx.transpose(i.k as MxArray, [0, 2, 1, 3]),
        v: mx.transpose(i.v as MxArray, [0, 3, 2, 1]),
      });
    const bias = MxArray.from([0, 0, 0, 0, 0, 0, 0, -1e9, -1e9, -1e9], [2, 1, 1, 5]);
    const ours = ({ q, k, v }: Inputs) =>
      mx.fast.scaledDotProductAttention(q as MxArray, k as MxArray, v as MxArray, { scale: 1, mask: bias });
    expectSame(
      inputs,
      turned(ours),
      turned((i) => composedAttention(i, 1, bias)),
    );
  });
});

test("a query that sees nothing gives zeros and no gradient", () => {
  scope(() => {
    const { q, k, v } = projections({ query: 1, key: 1, queries: 2, keys: 2, batch: 1 }) as Record<
      "q" | "k" | "v",
      MxArray
    >;
    const mask = MxArray.from([false, false, true, true], [2, 2]);
    const { aux, gradient } = valueAndGrad((query: MxArray) => {
      const out = mx.fast.scaledDotProductAttention(query, k, v, { scale: 1, mask });
      return [mx.sum(out), out] as const;
    })(q);
    const firstRow = (a: MxArray) => Array.from(a.toFloat32().subarray(0, 8));
    expect(firstRow(aux[0])).toEqual(new Array(8).fill(0));
    expectClose(firstRow(gradient), new Array(8).fill(0));
  });
});

test("shapes that do not belong together and targets outside the vocabulary are refused", () => {
  scope(() => {
    const target = MxArray.from([1], [1], "int32");
    expect(() => mx.fast.logProbability(mx.zeros([2, 3]), target)).toThrow(/logits \[N, V\]/);
    expect(() => mx.fast.logProbability(mx.zeros([1, 1]), target).item()).toThrow(/target 1 is no token/);
  });
});
