/**
 * Places for those who hand work over: each enters before it makes its work and leaves when it has the answer, so that
 * thousands of them hold neither programs nor answers that nobody can take yet. In order of arrival.
 */
export class Room {
  private inside = 0;
  private readonly waiting: { enter: (place: Disposable) => void; refuse: (reason: unknown) => void }[] = [];
  private closed: Error | undefined;

  constructor(private readonly places: number) {}

  /** Resolves to a place, which is given back by disposing of it. Rejects with the signal's reason, or why it closed. */
  async enter(signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    if (this.closed) throw this.closed;
    if (this.inside < this.places) return this.place();
    const { promise, resolve, reject } = Promise.withResolvers<Disposable>();
    const one = { enter: resolve, refuse: reject };
    this.waiting.push(one);
    const abort = () => {
      const at = this.waiting.indexOf(one);
      // One that has its place already is asked by its own work whether it goes on.
      if (at < 0) return;
      this.waiting.splice(at, 1);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Refuses those who wait, and all who come. */
  close(reason: Error): void {
    this.closed ??= reason;
    for (const one of this.waiting.splice(0)) one.refuse(reason);
  }

  private place(): Disposable {
    this.inside++;
    let left = false;
    return {
      [Symbol.dispose]: () => {
        if (left) return;
        left = true;
        this.inside--;
        if (this.waiting.length > 0) this.waiting.shift()?.enter(this.place());
      },
    };
  }
}
