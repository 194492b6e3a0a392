import { expect, test } from "bun:test";
import { EngineError } from "../../src/errors/index.ts";
import { type Dtype, MxArray, mx, scope } from "../../src/mlx/index.ts";
import { expectClose, withMlx } from "./live-arrays.ts";

withMlx();

const row = (...values: number[]) => MxArray.from(values);
const table = (rows: number[][], dtype?: Dtype) =>
  MxArray.from(rows.flat(), [rows.length, rows[0]?.length ?? 0], dtype);

type Case = [name: string, make: () => MxArray, expected: number[], shape?: number[]];

function check(cases: Case[]): void {
  for (const [name, make, expected, shape] of cases) {
    test(name, () =>
      scope(() => {
        const result = make();
        if (shape) expect(result.shape).toEqual(shape);
        expectClose(result.toFloat32(), expected);
      }),
    );
  }
}

check([
  ["add", () => mx.add(row(1, 2), row(3, 5)), [4, 7]],
  ["subtract a number", () => mx.subtract(row(1, 2), 3), [-2, -1]],
  ["subtract from a number", () => mx.subtract(3, row(1, 2)), [2, 1]],
  ["multiply broadcasts", () => mx.multiply(table([[1], [2]]), row(10, 20)), [10, 20, 20, 40], [2, 2]],
  ["divide", () => mx.divide(row(1, 9), row(2, 3)), [0.5, 3]],
  ["divide integers", () => mx.divide(MxArray.from([7], [1], "int32"), 2), [3.5]],
  ["power", () => mx.power(row(2, 3), 2), [4, 9]],
  ["maximum", () => mx.maximum(row(1, 5), 3), [3, 5]],
  ["minimum", () => mx.minimum(row(1, 5), 3), [1, 3]],
  ["remainder", () => mx.remainder(row(7, -7), 3), [1, 2]],
  ["floorDivide", () => mx.floorDivide(row(7, -7), 2), [3, -4]],
  ["logaddexp", () => mx.logaddexp(row(0), row(0)), [Math.log(2)]],
  ["negative", () => mx.negative(row(1, -2)), [-1, 2]],
  ["abs", () => mx.abs(row(1, -2)), [1, 2]],
  ["sign", () => mx.sign(row(-3, 0, 2)), [-1, 0, 1]],
  ["square", () => mx.square(row(3)), [9]],
  ["sqrt", () => mx.sqrt(row(9)), [3]],
  ["rsqrt", () => mx.rsqrt(row(4)), [0.5]],
  ["exp", () => mx.exp(row(0, 1)), [1, Math.E]],
  ["expm1", () => mx.expm1(row(1e-6)), [1.0000005e-6]],
  ["log", () => mx.log(row(Math.E)), [1]],
  ["log1p", () => mx.log1p(row(1)), [Math.log(2)]],
  ["sigmoid", () => mx.sigmoid(row(0, 2)), [0.5, 1 / (1 + Math.exp(-2))]],
  ["sin, cos", () => mx.add(mx.square(mx.sin(row(0.7))), mx.square(mx.cos(row(0.7)))), [1]],
  ["tanh", () => mx.tanh(row(0.5)), [Math.tanh(0.5)]],
  ["erf", () => mx.erf(row(0.5)), [0.5204999]],
  ["floor, ceil", () => mx.concatenate([mx.floor(row(-1.5)), mx.ceil(row(-1.5))]), [-2, -1]],
  ["round", () => mx.round(row(0.5, 1.5, 2.4)), [0, 2, 2]],
  ["reciprocal", () => mx.reciprocal(row(4)), [0.25]],
  ["clip", () => mx.clip(row(-5, 0, 5), -1, 2), [-1, 0, 2]],
  ["clip below only", () => mx.clip(row(-5, 5), 0, null), [0, 5]],
  ["clip above only", () => mx.clip(row(-5, 5), null, 0), [-5, 0]],
]);

check([
  ["equal", () => mx.equal(row(1, 2), row(1, 3)), [1, 0]],
  ["notEqual", () => mx.notEqual(row(1, 2), 1), [0, 1]],
  ["less", () => mx.less(row(1, 2), 2), [1, 0]],
  ["lessEqual", () => mx.lessEqual(row(1, 2, 3), 2), [1, 1, 0]],
  ["greater", () => mx.greater(row(1, 2), 1), [0, 1]],
  ["greaterEqual", () => mx.greaterEqual(row(1, 2), 2), [0, 1]],
  ["logicalAnd", () => mx.logicalAnd(MxArray.from([true, true]), MxArray.from([true, false])), [1, 0]],
  ["logicalOr", () => mx.logicalOr(MxArray.from([false, true]), MxArray.from([false, false])), [0, 1]],
  ["logicalNot", () => mx.logicalNot(MxArray.from([false, true])), [1, 0]],
  ["isnan", () => mx.isnan(row(Number.NaN, 1)), [1, 0]],
  ["isinf", () => mx.isinf(row(-Infinity, 1)), [1, 0]],
  ["isfinite", () => mx.isfinite(row(Infinity, Number.NaN, 1)), [0, 0, 1]],
  ["where", () => mx.where(MxArray.from([true, false]), row(1, 2), -1), [1, -1]],
]);

const m = () =>
  table([
    [1, 5, 3],
    [4, 2, 6],
  ]);
check([
  ["sum", () => mx.sum(m()), [21], []],
  ["sum over an axis", () => mx.sum(m(), { axis: 0 }), [5, 7, 9], [3]],
  ["sum over axes, kept", () => mx.sum(m(), { axis: [0, 1], keepDims: true }), [21], [1, 1]],
  ["mean", () => mx.mean(m(), { axis: -1 }), [3, 4]],
  ["max", () => mx.max(m(), { axis: 1 }), [5, 6]],
  ["min", () => mx.min(m(), { axis: 0 }), [1, 2, 3]],
  ["prod", () => mx.prod(m(), { axis: 1 }), [15, 48]],
  ["variance", () => mx.variance(row(1, 3)), [1]],
  ["variance, unbiased", () => mx.variance(row(1, 3), { ddof: 1 }), [2]],
  ["logsumexp", () => mx.logsumexp(row(0, 0)), [Math.log(2)]],
  [
    "any, all",
    () => mx.stack([mx.any(MxArray.from([true, false])), mx.all(MxArray.from([true, false]))]),
    [1, 0],
  ],
  ["argmax", () => mx.argmax(m(), { axis: 1 }), [1, 2]],
  ["argmin of all", () => mx.argmin(m()), [0], []],
  ["cumsum", () => mx.cumsum(m(), { axis: 1 }), [1, 6, 9, 4, 6, 12]],
  [
    "cumsum, exclusive and reversed",
    () => mx.cumsum(row(1, 2, 3), { reverse: true, exclusive: true }),
    [5, 3, 0],
  ],
  ["softmax", () => mx.softmax(row(0, Math.log(3)), { axis: -1 }), [0.25, 0.75]],
  ["sort", () => mx.sort(m()), [1, 3, 5, 2, 4, 6]],
  ["argsort", () => mx.argsort(row(3, 1, 2)), [1, 2, 0]],
  ["argpartition", () => mx.slice(mx.argpartition(row(3, 1, 2, 0), 0), [0], [1]), [3]],
  ["topk", () => mx.sort(mx.topk(row(3, 1, 2, 9), 2)), [3, 9]],
]);

check([
  ["reshape", () => mx.reshape(m(), [3, -1]), [1, 5, 3, 4, 2, 6], [3, 2]],
  ["transpose", () => mx.transpose(m()), [1, 4, 5, 2, 3, 6], [3, 2]],
  [
    "transpose by axes",
    () => mx.transpose(mx.reshape(m(), [1, 2, 3]), [2, 0, 1]),
    [1, 4, 5, 2, 3, 6],
    [3, 1, 2],
  ],
  ["swapaxes", () => mx.swapaxes(m(), 0, 1), [1, 4, 5, 2, 3, 6], [3, 2]],
  ["squeeze", () => mx.squeeze(mx.reshape(m(), [1, 6, 1]), 0), [1, 5, 3, 4, 2, 6], [6, 1]],
  ["squeeze all", () => mx.squeeze(mx.reshape(m(), [1, 6, 1])), [1, 5, 3, 4, 2, 6], [6]],
  ["expandDims", () => mx.expandDims(row(1, 2), [0, 2]), [1, 2], [1, 2, 1]],
  ["broadcastTo", () => mx.broadcastTo(row(1, 2), [2, 2]), [1, 2, 1, 2], [2, 2]],
  ["concatenate", () => mx.concatenate([row(1), row(2, 3)]), [1, 2, 3]],
  ["stack", () => mx.stack([row(1, 2), row(3, 4)], 1), [1, 3, 2, 4], [2, 2]],
  ["split into parts", () => mx.split(m(), 3, 1)[1] as MxArray, [5, 2], [2, 1]],
  ["split at indices", () => mx.split(row(1, 2, 3, 4), [1, 3])[1] as MxArray, [2, 3]],
  ["repeat", () => mx.repeat(row(1, 2), 2), [1, 1, 2, 2]],
  ["tile", () => mx.tile(row(1, 2), [2]), [1, 2, 1, 2]],
  [
    "pad",
    () =>
      mx.pad(
        table([[1]]),
        [
          [0, 1],
          [1, 0],
        ],
        7,
      ),
    [7, 1, 7, 7],
    [2, 2],
  ],
  ["roll", () => mx.roll(row(1, 2, 3), 1, 0), [3, 1, 2]],
  ["slice", () => mx.slice(m(), [0, 1], [2, 3]), [5, 3, 2, 6], [2, 2]],
  ["slice the first axis alone", () => mx.slice(m(), [1], [2]), [4, 2, 6], [1, 3]],
  ["slice with strides and from the end", () => mx.slice(m(), [0, -3], [2, 3], [1, 2]), [1, 3, 4, 6]],
  ["sliceUpdate", () => mx.sliceUpdate(m(), table([[0, 0]]), [1, 0], [2, 2]), [1, 5, 3, 0, 0, 6]],
  [
    "take rows",
    () => mx.take(m(), MxArray.from([1, 1, 0], [3], "int32"), 0),
    [4, 2, 6, 4, 2, 6, 1, 5, 3],
    [3, 3],
  ],
  ["take from the flattened", () => mx.take(m(), MxArray.from([5], [1], "uint32")), [6]],
  ["takeAlongAxis", () => mx.takeAlongAxis(m(), MxArray.from([2, 0], [2, 1], "int32"), 1), [3, 4], [2, 1]],
  [
    "putAlongAxis",
    () => mx.putAlongAxis(m(), MxArray.from([2, 0], [2, 1], "int32"), table([[8], [9]]), 1),
    [1, 5, 8, 9, 2, 6],
  ],
  [
    "scatterAdd adds equal indices up",
    () => mx.scatterAdd(mx.zeros([1, 3]), MxArray.from([1, 1], [1, 2], "int32"), table([[2, 3]]), 1),
    [0, 5, 0],
  ],
]);

check([
  ["zeros, ones, full", () => mx.concatenate([mx.zeros([1]), mx.ones([1]), mx.full([2], 3)]), [0, 1, 3, 3]],
  [
    "like",
    () => mx.stack([mx.zerosLike(row(5)), mx.onesLike(row(5)), mx.fullLike(row(5), 2)]),
    [0, 1, 2],
    [3, 1],
  ],
  ["arange", () => mx.arange(3), [0, 1, 2]],
  ["arange with a step", () => mx.arange(1, 2, 0.5), [1, 1.5]],
  ["eye", () => mx.eye(2, 3, 1), [0, 1, 0, 0, 0, 1], [2, 3]],
  ["tril", () => mx.tril(m()), [1, 0, 0, 4, 2, 0]],
  ["triu", () => mx.triu(m(), 1), [0, 5, 3, 0, 0, 6]],
  ["matmul", () => mx.matmul(m(), mx.transpose(m())), [35, 32, 32, 56], [2, 2]],
  ["matmul of one row", () => mx.matmul(table([[1, 2]]), m()), [9, 9, 15], [1, 3]],
  [
    "matmul of one row with a transposed weight",
    () => mx.matmul(table([[1, 2, 3]]), mx.transpose(m())),
    [20, 26],
  ],
  ["matmul with one column", () => mx.matmul(m(), table([[1], [2], [3]])), [20, 26], [2, 1]],
  ["matmul of a transposed column", () => mx.matmul(mx.transpose(m()), table([[1], [2]])), [9, 9, 15]],
  ["batched matmul", () => mx.matmul(mx.ones([2, 1, 3]), mx.ones([3, 2])), [3, 3, 3, 3], [2, 1, 2]],
  ["addmm", () => mx.addmm(row(1, 1), m(), mx.ones([3, 2]), 2, 10), [28, 28, 34, 34]],
]);

test("a product of one row keeps out what was in memory before", () => {
  scope(() => {
    const nan = mx.full([64], Number.NaN);
    expect(mx.isnan(nan).size).toBe(64);
    nan.dispose();
    expectClose(mx.matmul(mx.ones([1, 64]), mx.ones([64, 64])).toFloat32(), new Array(64).fill(64));
  });
});

test("dtypes: of data, of numbers beside arrays, of conversions", () => {
  scope(() => {
    expect(MxArray.from(new Int32Array([1])).dtype).toBe("int32");
    expect(MxArray.from(new BigInt64Array([1n])).dtype).toBe("int64");
    expect(MxArray.from([true]).dtype).toBe("bool");
    expect(MxArray.from([1]).dtype).toBe("float32");
    const half = mx.astype(row(1), "bfloat16");
    expect(mx.multiply(half, 2.5).dtype).toBe("bfloat16");
    const int = MxArray.from([7], [1], "int32");
    expect(mx.add(int, 1).dtype).toBe("int32");
    expect(mx.add(int, 0.5).dtype).toBe("float32");
    expect(mx.add(MxArray.from([true]), 1).dtype).toBe("int32");
    expect(mx.multiply(2, 3).item()).toBe(6);
    expect(mx.view(row(1), "uint32").item()).toBe(0x3f800000);
    expect(Array.from(mx.astype(row(1.9, -1.9), "int32").toInt32())).toEqual([1, -1]);
    expect(Array.from(MxArray.from([2 ** 31], [1], "uint32").toUint32())).toEqual([2 ** 31]);
    expect(MxArray.from([2 ** 40], [1], "int64").item()).toBe(2 ** 40);
    expect(Array.from(mx.astype(row(1), "float16").toBytes())).toEqual([0, 0x3c]);
  });
});

test("quantized weights: dequantize and quantizedMatmul agree with the dense product", () => {
  scope(() => {
    const w = mx.reshape(mx.divide(mx.arange(0, 256, 1, "float32"), 64), [4, 64]);
    const { weight, scales, biases } = mx.quantize(w, { groupSize: 32, bits: 8 });
    expect([weight.shape, scales.shape, weight.dtype]).toEqual([[4, 16], [4, 2], "uint32"]);
    const dense = mx.dequantize(weight, scales, biases, { groupSize: 32, bits: 8 });
    expectClose(dense.toFloat32(), w.toFloat32(), 4e-3);
    const x = mx.ones([2, 64]);
    const product = mx.quantizedMatmul(x, weight, scales, biases, { groupSize: 32, bits: 8 });
    expectClose(product.toFloat32(), mx.matmul(x, mx.transpose(dense)).toFloat32(), 1e-5);
    expect(mx.dequantize(weight, scales, biases, { groupSize: 32, bits: 8, dtype: "float16" }).dtype).toBe(
      "float16",
    );
  });
});

test("normalisation, rotary embedding and attention agree with their formulas", () => {
  scope(() => {
    expectClose(mx.fast.rmsNorm(row(3, 4), row(1, 2), 0).toFloat32(), [
      3 / Math.sqrt(12.5),
      8 / Math.sqrt(12.5),
    ]);
    expectClose(mx.fast.rmsNorm(row(3, 4), null, 0).toFloat32(), [3 / Math.sqrt(12.5), 4 / Math.sqrt(12.5)]);
    expectClose(mx.fast.layerNorm(row(1, 3), null, null, 0).toFloat32(), [-1, 1]);
    expectClose(mx.fast.layerNorm(row(1, 3), row(2, 2), row(1, 1), 0).toFloat32(), [-1, 3]);
    const x = MxArray.from([1, 0, 1, 0], [1, 1, 2, 2]);
    const rotated = [Math.cos(5), Math.sin(5), Math.cos(6), Math.sin(6)];
    expectClose(mx.fast.rope(x, 2, { offset: 5 }).toFloat32(), rotated);
    const offsets = MxArray.from([5], [1], "int32");
    expectClose(mx.fast.rope(x, 2, { offset: offsets }).toFloat32(), rotated);
    expectClose(mx.fast.rope(x, 2, { offset: 5, freqs: row(1) }).toFloat32(), rotated);
    const q = mx.ones([1, 2, 2, 1]);
    const k = mx.ones([1, 1, 2, 1]);
    const v = MxArray.from([2, 6], [1, 1, 2, 1]);
    const attend = (mask: "causal" | MxArray | null) =>
      mx.fast.scaledDotProductAttention(q, k, v, { scale: 1, mask }).toFloat32();
    expectClose(attend(null), [4, 4, 4, 4]);
    expectClose(attend("causal"), [2, 4, 2, 4]);
    expectClose(attend(MxArray.from([false, true, true, true], [2, 2])), [6, 4, 6, 4]);
    expectClose(attend(MxArray.from([0, -1e9, 0, 0], [2, 2])), [2, 4, 2, 4]);
  });
});

test("empty arrays", () => {
  scope(() => {
    const empty = MxArray.from([]);
    expect([empty.shape, empty.size, empty.toFloat32().length]).toEqual([[0], 0, 0]);
    expect(mx.sum(empty).item()).toBe(0);
    expect(mx.concatenate([empty, row(1)]).toFloat32()[0]).toBe(1);
  });
});

test("what MLX refuses is an EngineError with its message", () => {
  scope(() => {
    expect(() => mx.matmul(mx.ones([2, 3]), mx.ones([4, 5]))).toThrow(EngineError);
    expect(() => mx.matmul(mx.ones([2, 3]), mx.ones([4, 5]))).toThrow(/matmul.*\(2,3\).*\(4,5\)/);
    expect(() => mx.reshape(row(1, 2), [3])).toThrow(/reshape/);
    expect(() => mx.sum(row(1), { axis: 4 })).toThrow(EngineError);
    expect(() => MxArray.from([1, 2], [3])).toThrow(RangeError);
    expect(() => row(1, 2).item()).toThrow(RangeError);
    expect(() => mx.slice(row(1), [0, 0], [1, 1])).toThrow(RangeError);
  });
});
