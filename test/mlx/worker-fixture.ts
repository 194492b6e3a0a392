import { evaluate, initialise, liveArrays, MxArray, mx, scope, valueAndGrad } from "../../src/mlx/index.ts";

/** The worker of worker.real.test.ts: posts a gradient, a closure's error and its count of live arrays. */
await initialise();
const gradient = scope(() => {
  const a = mx.ones([512, 512]);
  for (let i = 0; i < 20; i++) evaluate(mx.matmul(a, a));
  const loss = valueAndGrad((x: MxArray) => mx.sum(mx.square(x)));
  return Array.from(loss(MxArray.from([1, 2, 3])).gradient.toFloat32());
});
let error = "";
scope(() => {
  try {
    valueAndGrad((): MxArray => {
      throw new RangeError("from the closure");
    })(MxArray.scalar(1));
  } catch (thrown) {
    error = String(thrown);
  }
});
postMessage({ gradient, error, live: liveArrays() });
