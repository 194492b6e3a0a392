import { GrowingBuffer } from "./growing-buffer.ts";

/** A stream of bytes, as far as it is needed here. */
export interface ByteReader {
  read(): Promise<{ done: false; value: Uint8Array } | { done: true }>;
}

/** Bounded standard output of a program, up to the marker that the worker writes behind it. */
export class OutputCapture {
  private readonly captured = new GrowingBuffer();
  private readonly marker: Buffer;
  /** Settles when the marker came: everything that the program wrote is here. */
  readonly complete = Promise.withResolvers<true>();
  /** Settles when there was more than the limit. */
  readonly flooded = Promise.withResolvers<void>();

  constructor(
    reader: ByteReader,
    marker: string,
    private readonly limit: number,
  ) {
    this.marker = Buffer.from(marker);
    void this.collect(reader);
  }

  private async collect(reader: ByteReader): Promise<void> {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      this.captured.append(read.value);
      if (this.captured.length > this.limit + this.marker.length) return this.flooded.resolve();
      if (this.isMarked()) return this.complete.resolve(true);
    }
  }

  private isMarked(): boolean {
    return this.captured.view().subarray(-this.marker.length).equals(this.marker);
  }

  bytes(): Uint8Array {
    const all = this.captured.view();
    return this.isMarked() ? all.subarray(0, -this.marker.length) : all;
  }
}
