import { expect, test } from "bun:test";
import { MxArray, mx, random, scope, valueAndGrad } from "../../src/mlx/index.ts";
import { attention, WHOLE_SEQUENCE } from "../../src/nn/attention.ts";
import { raggedContext } from "../../src/nn/ragged-attention.ts";
import { Rope } from "../../src/nn/rope.ts";
import { expectClose, withMlx } from "../mlx/live-arrays.ts";

/** Attention over a ragged row, forward and gradient, against each text by itself. */
withMlx();

const SHAPE = {
  heads: 4,
  keyValueHeads: 2,
  headDimension: 16,
  rope: new Rope(16, { base: 10_000, scaling: null }),
};
const WIDTHS = [64, 32, 32] as const;

/** Two prompts of 5 and 70 tokens with three and two responses, a text by itself, and a prompt without response. */
const TREES = [
  { prompt: 5, responses: [3, 1, 80] },
  { prompt: 70, responses: [20, 66] },
  { prompt: 9, responses: [] },
];

function layout() {
  const segments: number[] = [];
  const trees = [0];
  const positions: number[] = [];
  for (const { prompt, responses } of TREES) {
    const begin = positions.length;
    for (const [i, length] of [prompt, ...responses].entries()) {
      const at = positions.length;
      segments.push(at, at + length, i === 0 ? at : begin, i === 0 ? at : begin + prompt);
      for (let t = 0; t < length; t++) positions.push(i === 0 ? t : prompt + t);
    }
    trees.push(segments.length / 4);
  }
  return { segments, trees, positions };
}

const { segments, trees, positions } = layout();
const TOKENS = positions.length;
const arrays = () => ({
  positions: MxArray.from(Int32Array.from(positions)),
  segments: MxArray.from(Int32Array.from(segments), [segments.length / 4, 4]),
  trees: MxArray.from(Int32Array.from(trees)),
});

type Inputs = { q: MxArray; k: MxArray; v: MxArray };
const inputs = (): Inputs => {
  const [q, k, v] = WIDTHS.map((width, i) => random.normal([1, TOKENS, width], { key: random.key(i) }));
  return { q, k, v } as Inputs;
};

/** Each text whole, prompt and response, in a pass of its own; a prompt's outputs come from its first text. */
function separately({ q, k, v }: Inputs): MxArray {
  const pieces: MxArray[] = [];
  for (let tree = 0; tree + 1 < trees.length; tree++) {
    const own = [];
    for (let n = trees[tree] as number; n < (trees[tree + 1] as number); n++)
      own.push(segments.slice(4 * n, 4 * n + 4));
    const [prompt, ...responses] = own as [number[], ...number[][]];
    const rows = (x: MxArray, [begin, end]: number[]) =>
      mx.slice(x, [0, begin as number, 0], [1, end as number, x.shape[2] as number]);
    const whole = (response?: number[]) =>
      attention(
        [q, k, v].map((x) =>
          response ? mx.concatenate([rows(x, prompt), rows(x, response)], 1) : rows(x, prompt),
        ) as unknown as [MxArray, MxArray, MxArray],
        SHAPE,
        WHOLE_SEQUENCE,
        0,
      );
    const length = (prompt[1] as number) - (prompt[0] as number);
    pieces.push(whole());
    for (const response of responses) {
      const both = whole(response);
      pieces.push(mx.slice(both, [0, length, 0], [1, both.shape[1] as number, 64]));
    }
  }
  return mx.concatenate(pieces, 1);
}

function withGradient(attend: (inputs: Inputs) => MxArray) {
  const { aux, gradient } = valueAndGrad((given: Inputs) => {
    const out = attend(given);
    return [mx.sum(mx.multiply(out, mx.cos(mx.reshape(mx.arange(out.size), out.shape)))), out] as const;
  })(inputs());
  return [aux[0], gradient.q, gradient.k, gradient.v].map((x) => x.toFloat32());
}

test("a ragged row attends as its texts do one by one, and so do the gradients", () => {
  scope(() => {
    const context = raggedContext(arrays(), SHAPE);
    const ours = withGradient(({ q, k, v }) => attention([q, k, v], SHAPE, context, 0));
    const theirs = withGradient(separately);
    for (const [i, values] of ours.entries()) expectClose(values, theirs[i] as Float32Array, 1e-4);
  });
});

test("segments that leave a gap are refused", () => {
  scope(() => {
    const broken = { ...arrays(), trees: MxArray.from(Int32Array.from([0, 2])) };
    const context = raggedContext(broken, SHAPE);
    const { q, k, v } = inputs();
    expect(() => attention([q, k, v], SHAPE, context, 0).toFloat32()).toThrow();
  });
});
