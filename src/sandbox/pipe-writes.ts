/** Writes and flushes; a broken pipe, met at once or later, is not an error of the writer. */
export function writeWhilePiped(sink: Bun.FileSink, ...chunks: Uint8Array[]): void {
  try {
    for (const chunk of chunks) heed(sink.write(chunk));
    heed(sink.flush());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}

/** Bun reports a write that fails later by a promise: the reader sees the worker's end, so nobody waits for it. */
export function heed(written: number | Promise<number>): void {
  if (written instanceof Promise) written.catch(() => undefined);
}
