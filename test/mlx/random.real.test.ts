import { expect, test } from "bun:test";
import { MxArray, mx, random, scope } from "../../src/mlx/index.ts";
import { expectClose, withMlx } from "./live-arrays.ts";

withMlx();

test("equal keys give equal draws, split keys different ones", () => {
  scope(() => {
    const draw = (key: MxArray) => Array.from(random.uniform([4], { key }).toFloat32());
    expect(draw(random.key(1))).toEqual(draw(random.key(1)));
    expect(draw(random.key(1))).not.toEqual(draw(random.key(2)));
    const keys = random.split(random.key(1), 3);
    expect(keys.shape).toEqual([3, 2]);
    const [a, b] = mx.split(keys, 3).map((key) => draw(mx.squeeze(key, 0)));
    expect(a).not.toEqual(b);
    expect(() => random.key(-1)).toThrow(RangeError);
  });
});

test("distributions have their moments and ranges", () => {
  scope(() => {
    const key = random.key(7);
    const u = random.uniform([20_000], { key, low: -1, high: 3 });
    expectClose([mx.mean(u).item()], [1], 0.05);
    expect(mx.min(u).item()).toBeGreaterThanOrEqual(-1);
    expect(mx.max(u).item()).toBeLessThan(3);
    const n = random.normal([20_000], { key, mean: 5, deviation: 2 });
    expectClose([mx.mean(n).item(), mx.variance(n).item()], [5, 4], 0.05);
    const b = mx.astype(random.bernoulli([20_000], { key, p: 0.25 }), "float32");
    expectClose([mx.mean(b).item()], [0.25], 0.02);
    const g = random.gumbel([20_000], { key });
    expectClose([mx.mean(g).item()], [0.5772], 0.05);
    const i = random.integers([20_000], { key, low: 3, high: 6 });
    expect([mx.min(i).item(), mx.max(i).item(), i.dtype]).toEqual([3, 5, "int32"]);
  });
});

test("categorical draws indices with the softmax's frequencies", () => {
  scope(() => {
    const logits = mx.broadcastTo(MxArray.from([Math.log(1), Math.log(3), -Infinity]), [20_000, 3]);
    const drawn = random.categorical(logits, { key: random.key(3) });
    expect(drawn.dtype).toBe("uint32");
    const counts = [0, 0, 0];
    for (const index of drawn.toUint32()) counts[index] = (counts[index] ?? 0) + 1;
    expect(counts[2]).toBe(0);
    expectClose([(counts[1] ?? 0) / 20_000], [0.75], 0.02);
  });
});
