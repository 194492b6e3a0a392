import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  device,
  dispose,
  evaluate,
  initialise,
  keep,
  liveArrays,
  MxArray,
  mx,
  random,
  scope,
  valueAndGrad,
} from "../../src/mlx/index.ts";
import { LoRALinear } from "../../src/nn/lora.ts";
import type { Projection } from "../../src/nn/projection.ts";

const [IN, OUT, RANK] = [64, 96, 4];
let baseline = 0;
let weight: MxArray;
let x: MxArray;
beforeAll(async () => {
  await initialise();
  baseline = liveArrays();
  weight = normal([OUT, IN], 1);
  x = normal([2, 5, IN], 2);
});
afterAll(() => {
  dispose([weight, x]);
  expect(liveArrays()).toBe(baseline);
});

function normal(shape: number[], seed: number): MxArray {
  return keep(
    scope(() => {
      const drawn = random.normal(shape, { key: random.key(seed), deviation: 0.3 });
      evaluate(drawn);
      return drawn;
    }),
  );
}

const dense = (): Projection => ({
  inputs: IN,
  outputs: OUT,
  forward: (input) => mx.matmul(input, mx.transpose(weight)),
});

/** An adapter over `base` whose B is not 0. */
function trained(base: Projection, dropout = 0): LoRALinear {
  const lora = new LoRALinear(base, { rank: RANK, scale: 1.5, dropout }, 3);
  lora.loraB.dispose();
  lora.loraB = normal([RANK, OUT], 4);
  return lora;
}

const values = (make: () => MxArray) => scope(() => make().toFloat32());

function expectClose(actual: Float32Array, expected: Float32Array, digits: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, digits);
  });
}

test("an untrained adapter changes nothing", () => {
  using lora = new LoRALinear(dense(), { rank: RANK, scale: 1.5, dropout: 0 }, 3);
  expect(values(() => lora.forward(x))).toEqual(values(() => dense().forward(x)));
  expect([lora.loraA.shape, lora.loraB.shape]).toEqual([
    [IN, RANK],
    [RANK, OUT],
  ]);
  const bound = 1 / Math.sqrt(IN);
  const a = lora.loraA.toFloat32();
  expect(Math.max(...a.map(Math.abs))).toBeLessThanOrEqual(bound);
  expect(Math.max(...a)).toBeGreaterThan(bound * 0.9);
});

test("applied equals merged: base weight plus delta", () => {
  using lora = trained(dense());
  const merged = values(() => mx.matmul(x, mx.transpose(mx.add(weight, lora.delta()))));
  expectClose(
    values(() => lora.forward(x)),
    merged,
    5,
  );
});

/** Gradients of sum(y^2) by the adapter, and by the input where it is trained further down. */
function gradients(lora: LoRALinear, withInput: boolean) {
  return scope(() => {
    const parameters = { a: lora.loraA, b: lora.loraB, ...(withInput ? { x } : {}) };
    const own = [lora.loraA, lora.loraB] as const;
    const { value, gradient } = valueAndGrad((p: { a: MxArray; b: MxArray; x?: MxArray }) => {
      [lora.loraA, lora.loraB] = [p.a, p.b];
      try {
        return mx.sum(mx.square(lora.forward(p.x ?? x)));
      } finally {
        [lora.loraA, lora.loraB] = own;
      }
    })(parameters);
    evaluate(value, gradient);
    return { value: value.item(), a: gradient.a.toFloat32(), b: gradient.b.toFloat32() };
  });
}

test("gradients equal finite differences", () => {
  using lora = trained(dense());
  const { a, b } = gradients(lora, false);
  for (const [name, slopes] of [
    ["loraA", a],
    ["loraB", b],
  ] as const) {
    const original = lora[name];
    const data = original.toFloat32();
    for (const i of [0, 17, 101, 250]) {
      const loss = (by: number) =>
        scope(() => {
          const shifted = data.map((value, j) => (j === i ? value + by : value));
          lora[name] = mx.reshape(MxArray.from(shifted), original.shape);
          return mx.sum(mx.square(lora.forward(x))).item();
        });
      const h = 2 ** -5;
      const slope = (loss(h) - loss(-h)) / (2 * h);
      lora[name] = original;
      expect(Math.abs((slopes[i] as number) - slope)).toBeLessThan(2e-3 * (1 + Math.abs(slope)));
    }
  }
});

test("backward forms no product for the frozen weight", () => {
  using lora = trained(dense());
  const products = (withInput: boolean) => {
    const before = device.blasProducts();
    gradients(lora, withInput);
    return device.blasProducts() - before;
  };
  // Forward 3. Backward: A, B, and what reaches A through B.
  expect(products(false)).toBe(6);
  // With a trained input also its two shares, through W and through A. W's own gradient would be a ninth.
  expect(products(true)).toBe(8);
});

test("a quantized base is trained over, and its gradient never asked for", () => {
  const quantized = keep(scope(() => mx.quantize(weight, { groupSize: 32, bits: 4 })));
  const options = { groupSize: 32, bits: 4 } as const;
  const base: Projection = {
    inputs: IN,
    outputs: OUT,
    forward: (input) =>
      mx.quantizedMatmul(input, quantized.weight, quantized.scales, quantized.biases, {
        ...options,
        transpose: true,
      }),
  };
  using lora = trained(base);
  using reference = trained({
    inputs: IN,
    outputs: OUT,
    forward: (input) =>
      mx.matmul(
        input,
        mx.transpose(mx.dequantize(quantized.weight, quantized.scales, quantized.biases, options)),
      ),
  });
  expectClose(gradients(lora, false).a, gradients(reference, false).a, 2);
  expectClose(gradients(lora, false).b, gradients(reference, false).b, 2);
  dispose(quantized);
});

test("dropout is drawn from its seed alone, keeps the mean, and is off outside training", () => {
  using lora = trained(dense(), 0.5);
  const plain = values(() => lora.forward(x));
  const forward = (seed: number) => {
    lora.setDropout(seed);
    return values(() => lora.forward(x));
  };
  expect(forward(1)).toEqual(forward(1));
  expect(forward(1)).not.toEqual(forward(2));
  const mean = new Float64Array(plain.length);
  for (let seed = 0; seed < 400; seed++)
    forward(seed).forEach((value, i) => {
      mean[i] = (mean[i] as number) + value / 400;
    });
  const error =
    plain.reduce((sum, value, i) => sum + Math.abs(value - (mean[i] as number)), 0) / plain.length;
  const size = plain.reduce((sum, value) => sum + Math.abs(value), 0) / plain.length;
  expect(error / size).toBeLessThan(0.05);
  lora.setDropout(null);
  expect(values(() => lora.forward(x))).toEqual(plain);
});
