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

test("shapes that do not belong together and targets outside the vocabulary are refused", () => {
  scope(() => {
    const target = MxArray.from([1], [1], "int32");
    expect(() => mx.fast.logProbability(mx.zeros([2, 3]), target)).toThrow(/logits \[N, V\]/);
    expect(() => mx.fast.logProbability(mx.zeros([1, 1]), target).item()).toThrow(/target 1 is no token/);
  });
});
