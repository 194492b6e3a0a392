import { expect, test } from "bun:test";

/** The kernels' tests once more in processes that keep to other instruction sets, or to MLX's own operations. */
test.each<[Record<string, string>, string]>([
  [{ AZR_CPU: "avx2" }, ""],
  [{ AZR_CPU: "portable" }, ""],
  // MLX's own operations do not check targets, and give NaN for a query that sees nothing.
  [{ AZR_NATIVE_KERNELS: "0" }, "SwiGLU|softmax and|attention,|minus infinity|groups of"],
])(
  "%p",
  async (environment, pattern) => {
    const tests = [
      "./test/mlx/kernels.real.test.ts",
      "./test/mlx/packed-matmul.real.test.ts",
      ...(pattern ? ["--test-name-pattern", pattern] : []),
    ];
    const child = Bun.spawn([process.execPath, "test", ...tests], {
      cwd: `${import.meta.dir}/../..`,
      env: { ...process.env, ...environment },
      stderr: "pipe",
    });
    const output = await new Response(child.stderr).text();
    expect(await child.exited, output).toBe(0);
  },
  10 * 60_000,
);
