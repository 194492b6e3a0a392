import { expect, test } from "bun:test";
import { evaluate, MxArray, mx, random, scope } from "../../src/mlx/index.ts";
import { expectClose, withMlx } from "../mlx/live-arrays.ts";

withMlx();

const normal = (seed: number, ...shape: number[]) => random.normal(shape, { key: random.key(seed) });

// Lanes of 4, 8 and 16 channels, one and several queries a key head, one row and more rows than threads.
test.each([
  { rows: 1, heads: 1, keyHeads: 1, channels: 16, length: 1 },
  { rows: 3, heads: 9, keyHeads: 3, channels: 64, length: 40 },
  { rows: 8, heads: 4, keyHeads: 4, channels: 48, length: 300 },
  { rows: 5, heads: 8, keyHeads: 2, channels: 128, length: 129 },
])(
  "decoding over a cache is rope, write and attention: %o",
  ({ rows, heads, keyHeads, channels, length }) => {
    scope(() => {
      const [capacity, column, base, scale] = [length + 7, length - 1, 10_000, channels ** -0.5];
      const starts = Array.from({ length: rows }, (_, row) => Math.min(column, row * 3));
      const offset = MxArray.from(Int32Array.from(starts, (start) => column - start));
      const cache = () => normal(1, rows, keyHeads, capacity, channels);
      const projected = [heads, keyHeads, keyHeads].map((count, i) =>
        normal(2 + i, rows, 1, count * channels),
      );
      const [q, k, v] = projected as [MxArray, MxArray, MxArray];
      const byHead = (x: MxArray) => mx.swapaxes(mx.reshape(x, [rows, 1, -1, channels]), 1, 2);
      const rotated = (x: MxArray) => mx.fast.rope(byHead(x), channels, { base, offset });
      const write = (fresh: MxArray) =>
        mx.sliceUpdate(cache(), fresh, [0, 0, column, 0], [rows, keyHeads, column + 1, channels]);
      const seen = (x: MxArray) => mx.slice(x, [0, 0, 0, 0], [rows, keyHeads, length, channels]);
      const [keys, values] = [write(rotated(k)), write(byHead(v))];
      const mask = mx.greaterEqual(mx.arange(length), MxArray.from(Int32Array.from(starts), [rows, 1, 1, 1]));
      const expected = mx.fast.scaledDotProductAttention(rotated(q), seen(keys), seen(values), {
        scale,
        mask,
      });
      const half = [rows, 1, 1, channels / 2];
      const rotation = mx.fast.rope(mx.concatenate([mx.ones(half), mx.zeros(half)], -1), channels, {
        base,
        offset,
      });
      const ours = mx.fast.decodeAttention(
        [q, k, v],
        { keys: cache(), values: cache(), starts: MxArray.from(Int32Array.from(starts)), column },
        rotation,
        scale,
      );
      evaluate(ours, expected, keys, values);
      expect(ours.output.shape).toEqual([rows, heads * channels]);
      expectClose(ours.output.toFloat32(), mx.swapaxes(expected, 1, 2).toFloat32(), 1e-5);
      expectClose(ours.keys.toFloat32(), keys.toFloat32(), 1e-5);
      expectClose(ours.values.toFloat32(), values.toFloat32(), 0);
    });
  },
);

test("a column outside the cache is refused", () => {
  scope(() => {
    const [cache, row] = [normal(1, 1, 1, 4, 16), normal(2, 1, 1, 16)];
    const starts = MxArray.from(Int32Array.of(0));
    expect(() =>
      mx.fast.decodeAttention([row, row, row], { keys: cache, values: cache, starts, column: 4 }, row, 1),
    ).toThrow("does not fit");
  });
});
