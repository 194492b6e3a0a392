/** Cuts a byte stream into lines. A line longer than the limit is an error: nothing is buffered without bound. */
export class LineDecoder {
  private readonly decoder = new TextDecoder();
  private rest = "";

  constructor(private readonly maxLength: number) {}

  /** Complete lines so far. Throws RangeError on a line longer than the limit; the stream is then unusable. */
  push(bytes: Uint8Array): string[] {
    this.rest += this.decoder.decode(bytes, { stream: true });
    const lines = this.rest.split("\n");
    this.rest = lines.pop() ?? "";
    if (this.rest.length > this.maxLength || lines.some((line) => line.length > this.maxLength)) {
      throw new RangeError(`a line is longer than ${this.maxLength} characters`);
    }
    return lines.filter((line) => line.trim() !== "");
  }
}

/** What a socket offers for writing: returns the number of bytes taken, or less than 1 when it took none. */
export interface ByteSink {
  write(bytes: Uint8Array): number;
}

/** Sends JSON lines over a socket that may take only part of them. What waits is bounded. */
export class LineSender {
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private readonly encoder = new TextEncoder();

  constructor(
    private readonly socket: ByteSink,
    private readonly maxWaiting: number,
  ) {}

  /** False when the other end reads too slowly and its bound is reached: the connection is to be closed. */
  send(message: unknown): boolean {
    const bytes = this.encoder.encode(`${JSON.stringify(message)}\n`);
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    this.drain();
    return this.waitingBytes <= this.maxWaiting;
  }

  /** Writes what waits, as much as the socket takes: to be called when it can take more. */
  drain(): void {
    for (let head = this.waiting[0]; head; head = this.waiting[0]) {
      const taken = Math.max(0, this.socket.write(head));
      this.waitingBytes -= taken;
      if (taken < head.length) {
        this.waiting[0] = head.subarray(taken);
        return;
      }
      this.waiting.shift();
    }
  }

  /** True when everything was handed to the system. */
  get empty(): boolean {
    return this.waiting.length === 0;
  }
}
