import { expect, test } from "bun:test";
import { EngineError } from "../../src/errors/index.ts";
import { device, evaluate, MxArray, memory, mx, scope } from "../../src/mlx/index.ts";
import { MLX_VERSION } from "../../src/native-setup/index.ts";
import { withMlx } from "./live-arrays.ts";

withMlx();

const MEBIBYTE = 2 ** 20;

test("active and peak memory follow the arrays", () => {
  memory.clearCache();
  const before = memory.active();
  scope(() => {
    const a = mx.ones([8 * MEBIBYTE]);
    evaluate(a);
    expect(memory.active() - before).toBeGreaterThanOrEqual(32 * MEBIBYTE);
  });
  expect(memory.active() - before).toBeLessThan(MEBIBYTE);
  expect(memory.peak()).toBeGreaterThanOrEqual(32 * MEBIBYTE);
  memory.resetPeak();
  expect(memory.peak()).toBeLessThan(32 * MEBIBYTE);
  memory.clearCache();
  expect(memory.cached()).toBe(0);
});

test("an absurd allocation is an EngineError that names the size, and work goes on", () => {
  scope(() => {
    expect(() => evaluate(mx.add(mx.zeros([1e9, 1e6]), 1))).toThrow(EngineError);
    expect(() => evaluate(mx.add(mx.zeros([1e9, 1e6]), 1))).toThrow(/4000000000000000/);
    expect(mx.add(MxArray.scalar(1), 1).item()).toBe(2);
  });
});

test("the memory limit holds", () => {
  const previous = memory.setLimit(memory.active() + 16 * MEBIBYTE);
  try {
    scope(() => {
      expect(() => evaluate(mx.ones([8 * MEBIBYTE]))).toThrow(/out of memory|limit/i);
      evaluate(mx.ones([1024]));
    });
  } finally {
    memory.setLimit(previous);
  }
});

test("the device and the version are those that were set up", () => {
  expect(["cpu", "metal", "cuda"]).toContain(device.backend());
  expect(device.mlxVersion()).toBe(MLX_VERSION);
  expect(["cpu", "gpu"]).toContain(device.getDefault());
});

test.skipIf(process.platform !== "linux")("on Linux, matrix products on the CPU go to OpenBLAS", () => {
  device.setDefault("cpu");
  const before = device.blasProducts();
  scope(() => {
    const a = mx.ones([32, 32]);
    expect(mx.matmul(a, a).toFloat32()[0]).toBe(32);
    expect(mx.matmul(mx.ones([1, 32]), a).toFloat32()[0]).toBe(32);
  });
  expect(device.blasProducts() - before).toBe(2);
});
