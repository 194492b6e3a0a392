const FIRST_CAPACITY = 1024;

/** Bytes that are collected: memory is at most twice what was appended, however small the pieces were. */
export class GrowingBuffer {
  private store = Buffer.alloc(0);
  length = 0;

  append(chunk: Uint8Array): void {
    const length = this.length + chunk.length;
    if (length > this.store.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_CAPACITY, length, 2 * this.store.length));
      grown.set(this.view());
      this.store = grown;
    }
    this.store.set(chunk, this.length);
    this.length = length;
  }

  /** What was appended so far; valid until the next `append` or `clear`. */
  view(): Buffer {
    return this.store.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}
