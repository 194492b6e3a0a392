import { device, dispose, evaluate, keep, MxArray, memory, mx, scope } from "../mlx/index.ts";
import type { AttentionContext, Projected } from "../nn/attention.ts";
import { rotationOf } from "../nn/ragged-attention.ts";

/** Columns by which a full cache grows. */
const GROWTH = 128;
/** Instead of growing, columns that no row needs any more are cut off when there are this many. */
const TRIM = 64;
/** The kernel takes heads of a multiple of this many channels. */
const KERNEL_LANES = 16;

export interface CacheShape {
  layers: number;
  keyValueHeads: number;
  headDimension: number;
}

/** Keys and values of every layer for one prompt, [1, Hkv, P, d] each. */
export interface PromptCache {
  layers: readonly { keys: MxArray; values: MxArray }[];
  length: number;
}

/**
 * Keys and values of a batch of sequences, [B, Hkv, C, d] for each layer. Rows are aligned at the right: they
 * all end in the same column, so that a step writes one column for the whole batch, whatever the rows'
 * lengths. Row r begins at column `starts[r]`; what lies before is hidden by the mask.
 */
export class KeyValueCache implements Disposable {
  #layers: { keys: MxArray; values: MxArray }[] = [];
  #capacity = 0;
  #end = 0;
  #starts: number[] = [];

  constructor(readonly shape: CacheShape) {}

  get rows(): number {
    return this.#starts.length;
  }

  /** Bytes held for all layers. */
  get bytes(): number {
    return this.#layers.reduce((sum, { keys, values }) => sum + keys.nbytes + values.nbytes, 0);
  }

  /** Makes this many empty rows, in place of any that there were, with columns for prompts of a length. */
  reserve(rows: number, length: number): void {
    this.clear();
    this.#end = length;
    this.#capacity = roundUp(length + 1);
    this.#starts = new Array<number>(rows).fill(length);
  }

  /** Puts the prompt into rows, whatever they held, written in place. */
  put(rows: readonly number[], prompt: PromptCache): void {
    this.#makeRoom(prompt.length);
    const start = this.#end - prompt.length;
    const { keyValueHeads, headDimension } = this.shape;
    // In a scope, so that nothing else holds an array that is written in place.
    scope(() =>
      this.#replace((old, part, layer) => {
        const source = prompt.layers[layer]?.[part] as MxArray;
        const before =
          old ?? mx.zeros([this.rows, keyValueHeads, this.#capacity, headDimension], source.dtype);
        return neighbours(rows).reduce(
          (x, [first, last]) =>
            mx.sliceUpdate(
              x,
              source,
              [first, 0, start, 0],
              [last + 1, keyValueHeads, this.#end, headDimension],
            ),
          before,
        );
      }),
    );
    for (const row of rows) this.#starts[row] = start;
    // Lazy, the prompt's arrays and the cache's old ones would live on beside the new ones.
    evaluate(this.#layers);
  }

  /** What the row holds is no longer needed: it costs next to nothing from here on. */
  release(row: number): void {
    this.#starts[row] = this.#end;
  }

  /** Keeps these rows, in this order. */
  select(rows: readonly number[]): void {
    this.#starts = rows.map((row) => this.#starts[row] as number);
    const indices = MxArray.from(Int32Array.from(rows));
    this.#rebuild((old) => mx.take(old, indices, 0));
    indices.dispose();
  }

  /**
   * The context of a pass over one new token for each row; valid for that pass, inside its scope. The new
   * column belongs to the rows from here on.
   */
  nextToken(): AttentionContext {
    this.#makeRoom(0, 1);
    const column = this.#end;
    this.#end += 1;
    const starts = MxArray.from(Int32Array.from(this.#starts));
    const offset = mx.subtract(column, starts);
    if (device.nativeKernels() && this.shape.headDimension % KERNEL_LANES === 0) {
      let turn: MxArray | undefined;
      const attend: AttentionContext["attend"] = (layer, projected, shape) => {
        turn ??= rotationOf(shape, offset);
        return this.#attend(layer, projected, { starts, column }, turn);
      };
      return { offset, mask: null, attend };
    }
    const hidden = this.#starts.some((start) => start > 0);
    return {
      offset,
      mask: hidden ? mx.greaterEqual(mx.arange(0, column + 1, 1, "int32"), this.#asMask(starts)) : null,
      extend: (layer, keys, values) => this.#write(layer, column, keys, values),
    };
  }

  clear(): void {
    dispose(this.#layers);
    this.#layers = [];
    this.#capacity = 0;
    this.#end = 0;
    this.#starts = [];
  }

  [Symbol.dispose](): void {
    this.clear();
  }

  /** [B] -> [B, 1, 1, 1]. */
  #asMask(starts: MxArray): MxArray {
    return mx.reshape(starts, [this.rows, 1, 1, 1]);
  }

  /** By the kernel, which writes the new column in place. */
  #attend(
    layer: number,
    projected: Projected,
    place: { starts: MxArray; column: number },
    turn: MxArray,
  ): MxArray {
    const old = this.#layers[layer] as { keys: MxArray; values: MxArray };
    const scale = this.shape.headDimension ** -0.5;
    const { output, keys, values } = mx.fast.decodeAttention(projected, { ...old, ...place }, turn, scale);
    this.#layers[layer] = keep({ keys, values });
    dispose(old);
    return mx.expandDims(output, 1);
  }

  #write(layer: number, column: number, keys: MxArray, values: MxArray): [MxArray, MxArray] {
    const { keyValueHeads, headDimension } = this.shape;
    const written = this.#layers[layer] as { keys: MxArray; values: MxArray };
    const seen = (["keys", "values"] as const).map((part) => {
      const old = written[part];
      const fresh = part === "keys" ? keys : values;
      const next = mx.sliceUpdate(
        old,
        fresh,
        [0, 0, column, 0],
        [this.rows, keyValueHeads, column + 1, headDimension],
      );
      // With its last handle gone the old array is updated in place.
      old.dispose();
      written[part] = keep(next);
      return mx.slice(next, [0, 0, 0, 0], [this.rows, keyValueHeads, column + 1, headDimension]);
    });
    return seen as [MxArray, MxArray];
  }

  /** Sees to it that `length` columns lie at the left of `end` and `columns` more at its right. */
  #makeRoom(length: number, columns = 0): void {
    const unused = Math.min(...this.#starts);
    const full = this.#end + columns > this.#capacity;
    const shift = length > this.#end ? length - this.#end : full && unused >= TRIM ? -unused : 0;
    const needed = this.#end + shift + columns;
    if (shift === 0 && needed <= this.#capacity) return;
    this.#move(shift, Math.max(this.#capacity, roundUp(needed)));
  }

  /** Moves the columns to the right, or to the left, where those fall off that no row needs. */
  #move(shift: number, capacity: number): void {
    const { keyValueHeads, headDimension } = this.shape;
    const from = Math.max(0, -shift);
    const end = this.#end + shift;
    const seen = [this.rows, keyValueHeads, this.#end, headDimension];
    this.#rebuild((old) =>
      mx.pad(mx.slice(old, [0, 0, from, 0], seen), [
        [0, 0],
        [0, 0],
        [Math.max(0, shift), capacity - end],
        [0, 0],
      ]),
    );
    this.#starts = this.#starts.map((start) => start + shift);
    this.#end = end;
    this.#capacity = capacity;
  }

  /**
   * Computes every array anew from the old one, a layer at a time, so that at most one layer is there twice. What the
   * old ones held goes back to the system: no later array has their size.
   */
  #rebuild(make: (old: MxArray) => MxArray): void {
    for (const [layer, old] of this.#layers.entries()) {
      const next = scope(() => {
        const arrays = { keys: make(old.keys), values: make(old.values) };
        evaluate(arrays);
        return keep(arrays);
      });
      this.#layers[layer] = next;
      dispose(old);
      memory.clearCache();
    }
  }

  /** Replaces every array; the new ones are kept, the old ones freed. */
  #replace(make: (old: MxArray | undefined, part: "keys" | "values", layer: number) => MxArray): void {
    this.#layers = Array.from({ length: this.shape.layers }, (_, layer) => {
      const old = this.#layers[layer];
      const next = {
        keys: keep(make(old?.keys, "keys", layer)),
        values: keep(make(old?.values, "values", layer)),
      };
      if (old) dispose(old);
      return next;
    });
  }
}

/** Runs of consecutive numbers: [1, 2, 5] -> [[1, 2], [5, 5]]. */
function neighbours(rows: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const row of rows.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run[1] === row - 1) run[1] = row;
    else runs.push([row, row]);
  }
  return runs;
}

const roundUp = (columns: number): number => Math.ceil(columns / GROWTH) * GROWTH;
