import { device, dispose, evaluate, keep, MxArray, mx, scope } from "../mlx/index.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { PREFILL_TOKENS } from "../models/pass-sizes.ts";
import type { AttentionContext } from "../nn/attention.ts";
import type { PromptCache } from "./key-value-cache.ts";

export interface Prefilled extends PromptCache {
  /** Logits after the last token of the prompt, [1, V]; no others are computed. */
  logits: MxArray;
}

type Layers = PromptCache["layers"];

/** Tokens per forward pass, of all rows together. */
export const chunkTokens = (): number => PREFILL_TOKENS[device.getDefault()];

/** Runs a prompt through the model. The caller frees the arrays of the result. */
export function prefill(model: LanguageModel, prompt: readonly number[]): Prefilled {
  const work = prefillTogether(model, [prompt], null);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value[0] as Prefilled;
  }
}

/**
 * Runs the rest of several prompts through the model that all begin with `prefix`; one of them of any length, or
 * several that fit into one chunk together. Yields the tokens of each pass after it; given up in between, it frees
 * what it made. The caller frees the arrays of the results, and keeps the prefix alive meanwhile.
 */
export function* prefillTogether(
  model: LanguageModel,
  prompts: readonly (readonly number[])[],
  prefix: PromptCache | null,
): Generator<number, Prefilled[]> {
  const start = prefix?.length ?? 0;
  const rests = prompts.map((prompt) => prompt.slice(start));
  const { layers, states } = yield* run(model, rests, prefix);
  const results = scope(() => {
    const [, passed, width] = states.shape as [number, number, number];
    const ends = rests.map((rest, row) => {
      // Of one long prompt these are the states of its last chunk alone.
      const last = rests.length > 1 ? rest.length : passed;
      return mx.slice(states, [row, last - 1, 0], [row + 1, last, width]);
    });
    const logits = mx.reshape(model.head(mx.concatenate(ends, 0)), [ends.length, -1]);
    const made = prompts.map((prompt, row) => ({
      layers: rowOf(layers, row, prompt.length),
      length: prompt.length,
      logits: mx.slice(logits, [row, 0], [row + 1, logits.shape[1] as number]),
    }));
    evaluate(made);
    return keep(made);
  });
  dispose([layers, states]);
  return results;
}

/** Runs the tokens of a prefix through the model, after those of a shorter one. As `prefillTogether`, without logits. */
export function* prefillPrefix(
  model: LanguageModel,
  tokens: readonly number[],
  before: PromptCache | null,
): Generator<number, PromptCache> {
  const { layers, states } = yield* run(model, [tokens.slice(before?.length ?? 0)], before);
  states.dispose();
  return { layers, length: tokens.length };
}

/**
 * Passes over the rows' tokens in chunks, shorter rows padded at the right, where attention does not look back to it.
 * -> keys and values of prefix and rows together, and the last pass's states [B, T, D].
 */
function* run(
  model: LanguageModel,
  rows: readonly (readonly number[])[],
  prefix: PromptCache | null,
): Generator<number, { layers: Layers; states: MxArray }> {
  const length = Math.max(...rows.map((row) => row.length));
  const size = rows.length > 1 ? length : chunkTokens();
  let [layers, states]: [Layers | null, MxArray | null] = [null, null];
  try {
    for (let start = 0; start < length; start += size) {
      const chunk = rows.map((row) => row.slice(start, Math.min(start + size, length)));
      const pass: { layers: Layers; states: MxArray } = keep(
        forward(model, chunk, layers ?? prefix?.layers ?? null, (prefix?.length ?? 0) + start),
      );
      dispose([layers, states]);
      [layers, states] = [pass.layers, pass.states];
      yield chunk.reduce((sum, tokens) => sum + tokens.length, 0);
    }
    if (!layers || !states) throw new RangeError("a prompt has at least one token");
    const result = { layers, states };
    [layers, states] = [null, null];
    return result;
  } finally {
    dispose([layers, states]);
  }
}

/** One pass over rows of tokens at positions from `offset`. */
function forward(
  model: LanguageModel,
  rows: readonly (readonly number[])[],
  earlier: Layers | null,
  offset: number,
): { layers: Layers; states: MxArray } {
  return scope(() => {
    const layers: { keys: MxArray; values: MxArray }[] = [];
    const extended = (before: MxArray | undefined, fresh: MxArray): MxArray =>
      before ? mx.concatenate([forRows(before, rows.length), fresh], 2) : fresh;
    const context: AttentionContext = {
      offset,
      mask: "causal",
      extend(layer, keys, values) {
        const all = {
          keys: extended(earlier?.[layer]?.keys, keys),
          values: extended(earlier?.[layer]?.values, values),
        };
        layers[layer] = all;
        return [all.keys, all.values];
      },
    };
    const length = Math.max(...rows.map((row) => row.length));
    const tokens = new Int32Array(rows.length * length);
    rows.forEach((row, r) => {
      tokens.set(row, r * length);
    });
    let states = model.embed(MxArray.from(tokens, [rows.length, length]), offset);
    model.layers.forEach((layer, index) => {
      // A scope for each layer: of what it computes, only its result and its keys and values outlive their use.
      const [next] = scope(() => [layer.forward(states, context), layers[index]] as const);
      states.dispose();
      states = next;
    });
    evaluate(states, layers);
    return { layers, states };
  });
}

/** [1, ..] or [B, ..] -> [B, ..]. */
function forRows(x: MxArray, rows: number): MxArray {
  const [have, ...rest] = x.shape;
  return have === rows ? x : mx.broadcastTo(x, [rows, ...rest]);
}

/** The first `length` columns of a row, [1, Hkv, length, d]. */
function rowOf(layers: Layers, row: number, length: number): Layers {
  return layers.map(({ keys, values }) => {
    const [, heads, , channels] = keys.shape as [number, number, number, number];
    const part = (x: MxArray) =>
      mx.contiguous(mx.slice(x, [row, 0, 0, 0], [row + 1, heads, length, channels]));
    return { keys: part(keys), values: part(values) };
  });
}
