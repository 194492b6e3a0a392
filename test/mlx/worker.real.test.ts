import { expect, test } from "bun:test";
import { liveArrays, MxArray, mx, scope } from "../../src/mlx/index.ts";
import { withMlx } from "./live-arrays.ts";

withMlx();

test("a Bun Worker loads MLX for itself, differentiates, and leaves the main thread free", async () => {
  const worker = new Worker(new URL("./worker-fixture.ts", import.meta.url).href);
  try {
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
    }, 1);
    const reply = await new Promise<unknown>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    clearInterval(ticking);
    expect(reply).toEqual({ gradient: [2, 4, 6], error: "RangeError: from the closure", live: 0 });
    expect(ticks).toBeGreaterThan(0);
  } finally {
    worker.terminate();
  }
  // This thread's own MLX is untouched.
  scope(() => expect(mx.add(MxArray.scalar(1), 1).item()).toBe(2));
  expect(liveArrays()).toBe(0);
});

test("before initialise, every call says what is missing", async () => {
  const script = `import { MxArray } from "./src/mlx/index.ts"; try { MxArray.scalar(1) } catch (e) { console.log(e.name, e.mend) }`;
  const child = Bun.spawn([process.execPath, "-e", script], {
    cwd: `${import.meta.dir}/../..`,
    stdout: "pipe",
  });
  expect((await new Response(child.stdout).text()).trim()).toBe(
    "EngineError Await initialise() of src/mlx first.",
  );
});
