import { expect, test } from "bun:test";
import { device, MxArray, mx, random, scope, valueAndGrad } from "../../src/mlx/index.ts";
import { expectClose, withMlx } from "./live-arrays.ts";

/** The CPU's products with packed weights against expanding the weight and multiplying. */
withMlx();

const normal = (seed: number, ...shape: number[]) => random.normal(shape, { key: random.key(seed) });

/** A product and the gradient of x of a weighted sum of it. */
function withGradient(x: MxArray, multiply: (x: MxArray) => MxArray) {
  const { aux, gradient } = valueAndGrad((inputs: { x: MxArray }) => {
    const out = multiply(inputs.x);
    return [mx.sum(mx.multiply(out, mx.cos(mx.reshape(mx.arange(out.size), out.shape)))), out] as const;
  })({ x });
  return { out: aux[0].toFloat32(), gradient: gradient.x.toFloat32(), shape: aux[0].shape };
}

test.each([
  [4, 32, [1, 576], 100],
  [4, 32, [2, 64], 7],
  [4, 32, [3, 1, 96], 6],
  [4, 64, [5, 7, 128], 49],
  [4, 128, [64, 256], 97],
  [4, 32, [65, 96], 200],
  [4, 64, [200, 192], 401],
  [8, 32, [1, 96], 50],
  [8, 64, [9, 192], 13],
  [8, 128, [130, 128], 300],
] as const)("%d bits in groups of %d: x %p and %d outputs", (bits, groupSize, shape, outputs) => {
  scope(() => {
    expect(device.multipliesPacked({ bits, groupSize })).toBe(device.nativeKernels());
    const inputs = shape[shape.length - 1] as number;
    const { weight, scales, biases } = mx.quantize(normal(1, outputs, inputs), { bits, groupSize });
    const x = normal(2, ...shape);
    const dense = mx.transpose(mx.dequantize(weight, scales, biases, { bits, groupSize }));
    const ours = withGradient(x, (x) => mx.quantizedMatmul(x, weight, scales, biases, { bits, groupSize }));
    const theirs = withGradient(x, (x) => mx.matmul(x, dense));
    expect(ours.shape).toEqual([...shape.slice(0, -1), outputs]);
    expectClose(ours.out, theirs.out, 2e-4);
    expectClose(ours.gradient, theirs.gradient, 5e-4);
  });
});

test("a row's product does not depend on how many rows there are, to the last bit", () => {
  scope(() => {
    const packing = { bits: 4, groupSize: 32 };
    const { weight, scales, biases } = mx.quantize(normal(1, 60, 576), packing);
    const x = normal(2, 64, 576);
    const all = mx.quantizedMatmul(x, weight, scales, biases, packing).toFloat32();
    for (const rows of [1, 2, 3, 5, 31, 64]) {
      const some = mx.quantizedMatmul(mx.slice(x, [0, 0], [rows, 576]), weight, scales, biases, packing);
      expect(some.toFloat32()).toEqual(all.slice(0, rows * 60));
    }
  });
});

test("strided inputs, and packings without a kernel", () => {
  scope(() => {
    const packing = { bits: 4, groupSize: 32 };
    const { weight, scales, biases } = mx.quantize(normal(1, 40, 64), packing);
    const dense = mx.transpose(mx.dequantize(weight, scales, biases, packing));
    const x = mx.transpose(normal(2, 64, 10));
    expectClose(
      mx.quantizedMatmul(x, weight, scales, biases, packing).toFloat32(),
      mx.matmul(x, dense).toFloat32(),
      1e-4,
    );
    expect(device.multipliesPacked({ bits: 3, groupSize: 64 })).toBe(false);
    const three = mx.quantize(normal(1, 40, 64), { bits: 3, groupSize: 64 });
    const out = mx.quantizedMatmul(x, three.weight, three.scales, three.biases, { bits: 3, groupSize: 64 });
    const expanded = mx.dequantize(three.weight, three.scales, three.biases, { bits: 3, groupSize: 64 });
    expectClose(out.toFloat32(), mx.matmul(x, mx.transpose(expanded)).toFloat32(), 1e-4);
  });
});

test("packed weights have no gradient: asking for it is an error", () => {
  scope(() => {
    const packing = { bits: 4, groupSize: 32 };
    const { weight, scales, biases } = mx.quantize(normal(1, 40, 64), packing);
    const x = normal(2, 2, 64);
    const ofScales = valueAndGrad((inputs: { scales: MxArray }) => [
      mx.sum(mx.quantizedMatmul(x, weight, inputs.scales, biases, packing)),
    ]);
    expect(() => ofScales({ scales })).toThrow("packed weights are frozen");
  });
});

test("odd values keep to their rows", () => {
  scope(() => {
    const packing = { bits: 4, groupSize: 32 };
    const { weight, scales, biases } = mx.quantize(normal(1, 8, 64), packing);
    const x = MxArray.from(
      Float32Array.from({ length: 128 }, (_, i) => (i === 3 ? Number.NaN : 1)),
      [2, 64],
    );
    const out = mx.quantizedMatmul(x, weight, scales, biases, packing).toFloat32();
    expect(out.slice(0, 8).every(Number.isNaN)).toBe(true);
    expect(out.slice(8).every(Number.isFinite)).toBe(true);
  });
});
