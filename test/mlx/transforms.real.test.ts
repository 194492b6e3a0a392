import { expect, test } from "bun:test";
import { registeredClosures } from "../../src/mlx/ffi/closures.ts";
import {
  asyncEvaluate,
  checkpoint,
  compile,
  dispose,
  evaluate,
  MxArray,
  mx,
  random,
  scope,
  synchronize,
  valueAndGrad,
} from "../../src/mlx/index.ts";
import { expectClose, withMlx } from "./live-arrays.ts";

withMlx();

interface Parameters {
  layers: { weight: MxArray; bias: MxArray }[];
  scale: MxArray;
}

/** A two-layer network's loss on fixed data. */
function loss({ layers, scale }: Parameters): MxArray {
  let x = mx.divide(mx.reshape(mx.arange(0, 12, 1, "float32"), [4, 3]), 10);
  for (const { weight, bias } of layers) x = mx.tanh(mx.add(mx.matmul(x, weight), bias));
  return mx.mean(mx.multiply(mx.square(x), scale));
}

function parameters(): Parameters {
  const draw = (seed: number, ...shape: number[]) => random.normal(shape, { key: random.key(seed) });
  return {
    layers: [
      { weight: draw(1, 3, 5), bias: draw(2, 5) },
      { weight: draw(3, 5, 2), bias: draw(4, 2) },
    ],
    scale: draw(5, 2),
  };
}

test("gradients of a nested tree agree with finite differences", () => {
  scope(() => {
    const at = parameters();
    const { value, gradient } = valueAndGrad(loss)(at);
    expectClose([value.item()], [loss(at).item()]);
    expect(Object.keys(gradient)).toEqual(["layers", "scale"]);
    const weight = at.layers[0]?.weight as MxArray;
    const analytic = gradient.layers[0]?.weight.toFloat32() as Float32Array;
    const step = 1e-2;
    const numeric = Array.from(weight.toFloat32(), (_, index) =>
      scope(() => {
        const shifted = (sign: number) => {
          const data = weight.toFloat32();
          data[index] = (data[index] as number) + sign * step;
          const first = { ...(at.layers[0] as Parameters["layers"][0]), weight: MxArray.from(data, [3, 5]) };
          return loss({ ...at, layers: [first, at.layers[1] as Parameters["layers"][0]] }).item();
        };
        return (shifted(1) - shifted(-1)) / (2 * step);
      }),
    );
    expectClose(analytic, numeric, 2e-3);
  });
});

test("further outputs come back and carry no gradient", () => {
  scope(() => {
    const x = MxArray.from([1, 2]);
    const { value, aux, gradient } = valueAndGrad((p: { x: MxArray }) => {
      const squares = mx.square(p.x);
      return [mx.sum(squares), squares, MxArray.scalar(9)] as const;
    })({ x });
    expect(value.item()).toBe(5);
    expect(Array.from(aux[0].toFloat32())).toEqual([1, 4]);
    expect(aux[1].item()).toBe(9);
    expect(Array.from(gradient.x.toFloat32())).toEqual([2, 4]);
  });
});

test("parameters may be a list, a map or a single array", () => {
  scope(() => {
    const three = MxArray.scalar(3);
    expect(valueAndGrad((x: MxArray) => mx.square(x))(three).gradient.item()).toBe(6);
    expect(valueAndGrad(([x]: MxArray[]) => mx.square(x as MxArray))([three]).gradient[0]?.item()).toBe(6);
    const map = new Map([["a", three]]);
    const result = valueAndGrad((p: Map<string, MxArray>) => mx.square(p.get("a") as MxArray))(map);
    expect(result.gradient.get("a")?.item()).toBe(6);
  });
});

test("a checkpointed layer gives the same gradient, running twice", () => {
  scope(() => {
    const x = mx.reshape(mx.arange(0, 6, 1, "float32"), [2, 3]);
    const w = random.normal([3, 3], { key: random.key(1) });
    let runs = 0;
    const layer = (input: MxArray, weight: MxArray) => {
      runs += 1;
      return mx.tanh(mx.matmul(input, weight));
    };
    const plain = valueAndGrad((p: MxArray) => mx.sum(layer(layer(x, p), p)))(w);
    runs = 0;
    const again = checkpoint(layer);
    const twice = (p: MxArray) => again(again(x, p)[0] as MxArray, p)[0] as MxArray;
    const saved = valueAndGrad((p: MxArray) => mx.sum(twice(p)))(w);
    expectClose(saved.gradient.toFloat32(), plain.gradient.toFloat32());
    expect(runs).toBe(4);
  });
});

test("what a closure throws arrives as the same object, from the backward pass too", () => {
  scope(() => {
    const x = MxArray.scalar(1);
    const error = new TypeError("mine");
    const caught = (run: () => unknown) => {
      try {
        run();
      } catch (e) {
        return e;
      }
      return undefined;
    };
    const failing = () => {
      throw error;
    };
    expect(caught(() => valueAndGrad(failing)(x))).toBe(error);
    expect(caught(() => checkpoint(failing)(x))).toBe(error);
    let runs = 0;
    const second = checkpoint((a) => {
      if (++runs === 2) throw error;
      return mx.square(a);
    });
    expect(caught(() => valueAndGrad((p: MxArray) => second(p)[0] as MxArray)(x))).toBe(error);
    // Afterwards everything works as before.
    expect(valueAndGrad((p: MxArray) => mx.square(p))(x).gradient.item()).toBe(2);
  });
});

test("an MLX error inside a closure stays an EngineError; a loss that is no scalar is refused", () => {
  scope(() => {
    const x = MxArray.from([1, 2]);
    expect(() => valueAndGrad((p: MxArray) => mx.matmul(p, mx.ones([3, 3])))(x)).toThrow(/matmul/);
    expect(() => valueAndGrad((p: MxArray) => mx.square(p))(x)).toThrow(RangeError);
  });
});

test("closures inside closures", () => {
  scope(() => {
    const second = valueAndGrad((x: MxArray) => valueAndGrad((y: MxArray) => mx.power(y, 3))(x).gradient);
    expect(second(MxArray.scalar(2)).gradient.item()).toBe(12);
  });
});

test("closures are forgotten when no graph holds them", () => {
  const before = registeredClosures();
  for (let i = 0; i < 50; i++) {
    scope(() => {
      const w = MxArray.scalar(i);
      const f = checkpoint((x) => mx.square(x));
      const { gradient } = valueAndGrad((p: MxArray) => f(p)[0] as MxArray)(w);
      evaluate(gradient);
    });
  }
  synchronize();
  expect(registeredClosures() - before).toBeLessThanOrEqual(1);
});

test("asynchronous evaluation gives the same values", () => {
  const x = scope(() => {
    const y = mx.matmul(mx.ones([64, 64]), mx.ones([64, 64]));
    asyncEvaluate({ y });
    return y;
  });
  expect(x.toFloat32().every((value) => value === 64)).toBe(true);
  dispose(x);
});

test("a compiled function computes what it is made of, traced once for all shapes, and has its gradient", () => {
  let traces = 0;
  const f = compile(
    (x: MxArray, y: MxArray) => {
      traces += 1;
      return [mx.multiply(mx.tanh(mx.add(mx.square(x), y)), 0.5), mx.subtract(x, y)];
    },
    { shapeless: true },
  );
  const [x, y] = [MxArray.from([0.5, -1, 2, 0.25]), MxArray.from([1, 0.5, -0.5, 0])];
  const values = () => f(x, y).flatMap((array) => [...array.toFloat32()]);
  const gradient = () => [
    ...valueAndGrad((p: MxArray) => mx.sum(f(p, y)[0] as MxArray))(x).gradient.toFloat32(),
  ];
  const plain = { values: scope(values), gradient: scope(gradient) };
  const plainTraces = traces;
  traces = 0;
  process.env.AZR_COMPILE = "1";
  try {
    expectClose(scope(values), plain.values);
    expectClose(scope(gradient), plain.gradient);
    const first = traces;
    for (const size of [3, 5, 7]) scope(() => evaluate(f(mx.zeros([size]), mx.ones([size]))));
    expect([plainTraces, traces]).toEqual([2, first]);
    scope(() => {
      const swiglu = () => [...mx.fast.swiglu(x, y).toFloat32()];
      const compiled = swiglu();
      process.env.AZR_COMPILE = "0";
      expectClose(compiled, swiglu());
    });
  } finally {
    delete process.env.AZR_COMPILE;
  }
  dispose([x, y]);
});

test("what a compiled function throws while it is traced arrives unchanged", () => {
  const error = new RangeError("no");
  const f = compile((): MxArray[] => {
    throw error;
  });
  process.env.AZR_COMPILE = "1";
  try {
    expect(() => f()).toThrow(error);
  } finally {
    delete process.env.AZR_COMPILE;
  }
});
