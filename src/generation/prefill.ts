import { evaluate, keep, MxArray, mx, scope } from "../mlx/index.ts";
import type { LanguageModel } from "../models/language-model.ts";
import type { AttentionContext } from "../nn/attention.ts";
import type { PromptCache } from "./key-value-cache.ts";

/** Prompt tokens per forward pass: bounds the memory of attention scores. */
const CHUNK = 512;

export interface Prefilled extends PromptCache {
  /** Logits after the last token of the prompt, [1, V]; no others are computed. */
  logits: MxArray;
}

/** Runs a prompt through the model. The caller frees the arrays of the result. */
export function prefill(model: LanguageModel, prompt: readonly number[]): Prefilled {
  let layers: { keys: MxArray; values: MxArray }[] = [];
  let logits: MxArray | undefined;
  for (let start = 0; start < prompt.length; start += CHUNK) {
    const tokens = prompt.slice(start, start + CHUNK);
    const last = start + CHUNK >= prompt.length;
    const earlier = layers;
    const pass = scope(() => {
      const next: { keys: MxArray; values: MxArray }[] = [];
      const context: AttentionContext = {
        offset: start,
        mask: "causal",
        extend(layer, keys, values) {
          const before = earlier[layer];
          const all = before
            ? {
                keys: mx.concatenate([before.keys, keys], 2),
                values: mx.concatenate([before.values, values], 2),
              }
            : { keys, values };
          next[layer] = all;
          return [all.keys, all.values];
        },
      };
      const input = MxArray.from(Int32Array.from(tokens), [1, tokens.length]);
      const states = model.layers.reduce((x, layer) => layer.forward(x, context), model.embed(input));
      const width = states.shape[2] as number;
      const end = mx.slice(states, [0, tokens.length - 1, 0], [1, tokens.length, width]);
      const head = last ? mx.reshape(model.head(end), [1, -1]) : null;
      evaluate(head, next);
      return { next, head };
    });
    keep(pass);
    for (const { keys, values } of earlier) {
      keys.dispose();
      values.dispose();
    }
    layers = pass.next;
    if (pass.head) logits = pass.head;
  }
  if (!logits) throw new RangeError("a prompt has at least one token");
  return { layers, length: prompt.length, logits };
}
