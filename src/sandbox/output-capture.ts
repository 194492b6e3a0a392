/** A stream of bytes, as far as it is needed here. */
export interface ByteReader {
  read(): Promise<{ done: false; value: Uint8Array } | { done: true }>;
}

/** Bounded standard output of a program, up to the marker that the worker writes behind it. */
export class OutputCapture {
  private readonly chunks: Uint8Array[] = [];
  private size = 0;
  /** The last bytes so far, as many as the marker has. */
  private tail = Buffer.alloc(0);
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
      this.chunks.push(read.value);
      this.size += read.value.length;
      this.tail = Buffer.concat([this.tail, read.value.subarray(-this.marker.length)]);
      this.tail = this.tail.subarray(-this.marker.length);
      if (this.size > this.limit + this.marker.length) return this.flooded.resolve();
      if (this.tail.equals(this.marker)) return this.complete.resolve(true);
    }
  }

  bytes(): Uint8Array {
    const all = Buffer.concat(this.chunks);
    return this.tail.equals(this.marker) ? all.subarray(0, -this.marker.length) : all;
  }
}
