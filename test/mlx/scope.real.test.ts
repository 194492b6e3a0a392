import { expect, test } from "bun:test";
import { dispose, keep, liveArrays, MxArray, mx, scope } from "../../src/mlx/index.ts";
import { withMlx } from "./live-arrays.ts";

withMlx();

test("what a scope returns survives, nested in lists, objects and maps; the rest is freed", () => {
  const before = liveArrays();
  const value = scope(() => {
    const a = MxArray.scalar(1);
    const lost = mx.add(a, 1);
    expect(lost.item()).toBe(2);
    return { list: [a], map: new Map([["b", mx.multiply(a, 3)]]), text: "x", lost: lost.item() };
  });
  expect(liveArrays() - before).toBe(2);
  expect([value.list[0]?.item(), value.map.get("b")?.item(), value.lost]).toEqual([1, 3, 2]);
  dispose(value);
  expect(value.list[0]?.disposed).toBe(true);
});

test("survivors of an inner scope belong to the outer one", () => {
  let inner: MxArray | undefined;
  scope(() => {
    inner = scope(() => mx.add(MxArray.scalar(1), 1));
    expect(inner.item()).toBe(2);
  });
  expect(inner?.disposed).toBe(true);
});

test("an outer array that passes through an inner scope stays with the outer one", () => {
  scope(() => {
    const outer = MxArray.scalar(1);
    const same = scope(() => outer);
    expect(same).toBe(outer);
    scope(() => [mx.add(outer, 1)]);
    expect(outer.item()).toBe(1);
  });
});

test("a scope that throws frees what it made", () => {
  expect(() =>
    scope(() => {
      MxArray.scalar(1);
      throw new Error("stop");
    }),
  ).toThrow("stop");
});

test("keep takes arrays out of every scope", () => {
  const kept = scope(() => scope(() => keep({ a: MxArray.scalar(7) })));
  expect(kept.a.item()).toBe(7);
  kept.a.dispose();
  kept.a.dispose();
});

test("using frees at the end of its block, and a freed array says so", () => {
  let outside: MxArray;
  {
    using inside = MxArray.scalar(1);
    outside = inside;
  }
  expect(outside.disposed).toBe(true);
  expect(() => mx.add(outside, 1)).toThrow(ReferenceError);
  expect(String(outside)).toBe("MxArray(disposed)");
});

test("an asynchronous body is refused", () => {
  expect(() => scope(async () => 1)).toThrow(/synchronous/);
});
