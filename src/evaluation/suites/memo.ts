/** Results by key, each computed once; a computation that was rejected (aborted, say) is made again. */
export class Memo<T> {
  readonly #known = new Map<string, Promise<T>>();

  get(key: string, compute: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key);
    if (known) return known;
    const made = compute();
    this.#known.set(key, made);
    made.catch(() => this.#known.delete(key));
    return made;
  }
}
