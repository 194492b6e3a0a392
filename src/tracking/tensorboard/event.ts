import { bytesField, doubleField, floatField, integerField, packedDoublesField } from "./protobuf.ts";

/**
 * TensorBoard's `Event` messages (tensorboard/compat/proto: event.proto, summary.proto, histogram.proto,
 * tensor.proto). `at` is milliseconds since the epoch.
 */

/** The first record of every file. */
export function versionEvent(at: number): Buffer {
  return Buffer.concat([doubleField(1, at / 1000), bytesField(3, "brain.Event:2")]);
}

/** Values of one step, each made by a function below. */
export function summaryEvent(at: number, step: number, values: readonly Buffer[]): Buffer {
  const summary = Buffer.concat(values.map((value) => bytesField(1, value)));
  return Buffer.concat([doubleField(1, at / 1000), integerField(2, step), bytesField(5, summary)]);
}

/** A figure as float32. */
export function scalarValue(tag: string, value: number): Buffer {
  return Buffer.concat([bytesField(1, tag), floatField(2, value)]);
}

/** Markdown. */
export function textValue(tag: string, text: string): Buffer {
  const shape = bytesField(2, integerField(1, 1));
  const tensor = Buffer.concat([integerField(1, DT_STRING), bytesField(2, shape), bytesField(8, text)]);
  const plugin = bytesField(1, bytesField(1, "text"));
  return Buffer.concat([bytesField(1, tag), bytesField(8, tensor), bytesField(9, plugin)]);
}

const DT_STRING = 7;

/** Shares between 0 and 1 in ten buckets: the first holds what is below 0.1, the last 0.9 and above. */
export function sharesHistogram(tag: string, shares: readonly number[]): Buffer {
  const limits = Array.from({ length: 10 }, (_, i) => (i + 1) / 10);
  const buckets = limits.map(() => 0);
  for (const share of shares) {
    const bucket = Math.min(9, Math.max(0, Math.floor(share * 10)));
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const histogram = Buffer.concat([
    doubleField(1, Math.min(...shares)),
    doubleField(2, Math.max(...shares)),
    doubleField(3, shares.length),
    doubleField(4, sum(shares)),
    doubleField(5, sum(shares.map((share) => share * share))),
    packedDoublesField(6, limits),
    packedDoublesField(7, buckets),
  ]);
  return Buffer.concat([bytesField(1, tag), bytesField(5, histogram)]);
}
