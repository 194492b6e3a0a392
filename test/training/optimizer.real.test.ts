import { expect, test } from "bun:test";
import { dispose, MxArray } from "../../src/mlx/index.ts";
import { clipByGlobalNorm, globalNorm } from "../../src/training/gradients.ts";
import { AdamW, type Parameters } from "../../src/training/optimizer.ts";
import { learningRate } from "../../src/training/schedule.ts";
import golden from "../goldens/training/adamw.json";
import long from "../goldens/training/adamw-steps.json";
import { withMlx } from "../mlx/live-arrays.ts";

const shapes: Record<string, number[]> = golden.shapes;
const arrays = (values: Record<string, number[]>): Parameters =>
  Object.fromEntries(
    Object.entries(values).map(([name, data]) => [
      name,
      MxArray.from(Float32Array.from(data), shapes[name] ?? [data.length]),
    ]),
  );
const options = {
  betas: golden.options.betas as [number, number],
  epsilon: golden.options.eps,
  weight_decay: golden.options.weight_decay,
};
withMlx();

/** Runs the golden's steps [from, to) and returns the parameters. */
function run(optimizer: AdamW, parameters: Parameters, from: number, to: number): Parameters {
  let current = parameters;
  for (const step of golden.steps.slice(from, to)) {
    const gradients = arrays(step.gradients);
    const norm = globalNorm(gradients);
    expect(norm).toBeCloseTo(step.norm, 5);
    const clipped = clipByGlobalNorm(gradients, norm, golden.clip);
    const rate = learningRate(
      {
        learning_rate: golden.options.lr,
        warmup_steps: golden.warmup,
        schedule: "constant",
        min_learning_rate: 0,
      },
      optimizer.state.updates + 1,
      undefined,
    );
    const next = optimizer.step(current, clipped, rate);
    if (!next) throw new Error("the step is not finite");
    dispose([current, gradients, clipped]);
    current = next;
    for (const [name, expected] of Object.entries(step.parameters))
      current[name]?.toFloat32().forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i] as number, 6);
      });
  }
  return current;
}

test("six clipped steps with warm-up and weight decay equal torch.optim.AdamW", () => {
  using optimizer = new AdamW(options);
  dispose(run(optimizer, arrays(golden.initial), 0, golden.steps.length));
  expect(optimizer.state.updates).toBe(6);
});

test("compiled, as on GPU backends, the steps are the same", () => {
  process.env.AZR_COMPILE = "1";
  try {
    using optimizer = new AdamW(options);
    dispose(run(optimizer, arrays(golden.initial), 0, golden.steps.length));
  } finally {
    delete process.env.AZR_COMPILE;
  }
});

test("a restored state goes on exactly", () => {
  using whole = new AdamW(options);
  using first = new AdamW(options);
  using second = new AdamW(options);
  const expected = run(whole, arrays(golden.initial), 0, 6);
  const half = run(first, arrays(golden.initial), 0, 3);
  const copy = (parameters: Parameters): Parameters =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, a]) => [name, MxArray.from(a.toFloat32(), a.shape)]),
    );
  second.restore({ updates: 3, first: copy(first.state.first), second: copy(first.state.second) });
  const resumed = run(second, half, 3, 6);
  for (const [name, array] of Object.entries(expected))
    expect(resumed[name]?.toFloat32()).toEqual(array.toFloat32());
  dispose([expected, resumed]);
});

test("a parameter without a gradient is an error, and the state stays", () => {
  using optimizer = new AdamW(options);
  const parameters = arrays(golden.initial);
  expect(() => optimizer.step(parameters, {}, 0.1)).toThrow(/no gradient for weight/);
  expect(optimizer.state.updates).toBe(0);
  dispose(parameters);
});

test("the norm of a non-finite gradient is not finite", () => {
  const gradients = { a: MxArray.from(Float32Array.of(1, Number.POSITIVE_INFINITY)), b: MxArray.from([1]) };
  expect(Number.isFinite(globalNorm(gradients))).toBe(false);
  dispose(gradients);
});

test("a step whose result would not be finite changes nothing", () => {
  using optimizer = new AdamW(options);
  const parameters = arrays(golden.initial);
  const gradients = arrays(golden.steps[0]?.gradients ?? {});
  expect(optimizer.step(parameters, gradients, 1e39)).toBeNull();
  expect(optimizer.state.updates).toBe(0);
  const moved = optimizer.step(parameters, gradients, 0.1);
  expect(optimizer.state.updates).toBe(1);
  dispose([parameters, gradients, moved ?? []]);
});

test("fifty clipped steps with warm-up, cosine and weight decay equal torch.optim.AdamW", () => {
  const wave = (shape: number[], scale: number, step: number) =>
    MxArray.from(
      Float32Array.from(
        { length: shape.reduce((a, b) => a * b) },
        (_, k) => scale * Math.sin(1.3 * k + 0.7 * step),
      ),
      shape,
    );
  const waves = (scale: number, step: number): Parameters =>
    Object.fromEntries(Object.entries(long.shapes).map(([name, shape]) => [name, wave(shape, scale, step)]));
  const schedule = {
    learning_rate: long.peak,
    min_learning_rate: long.least,
    warmup_steps: long.warmup,
    schedule: "cosine",
  } as const;
  using optimizer = new AdamW({ betas: [0.9, 0.95], epsilon: 1e-6, weight_decay: 0.1 });
  let current = waves(1, 0);
  for (let step = 1; step <= long.steps; step++) {
    const gradients = waves(step % 3 === 0 ? 2 : 0.1, step);
    const clipped = clipByGlobalNorm(gradients, globalNorm(gradients), long.clip);
    const next = optimizer.step(current, clipped, learningRate(schedule, step, long.steps));
    if (!next) throw new Error("the step is not finite");
    dispose([current, gradients, clipped]);
    current = next;
    const expected = long.after[String(step) as keyof typeof long.after];
    for (const [name, values] of Object.entries(expected ?? {}))
      current[name]?.toFloat32().forEach((value, i) => {
        expect(value).toBeCloseTo(values[i] as number, 5);
      });
  }
  dispose(current);
});
